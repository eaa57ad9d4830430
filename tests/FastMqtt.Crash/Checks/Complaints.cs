// What is wrong, a few examples of each kind and the number of all.
namespace FastMqtt.Crash.Checks;

internal sealed class Complaints
{
    private const int ExamplesMax = 5;

    private readonly Dictionary<string, List<string>> _byKind = [];

    public bool IsEmpty => _byKind.Count == 0;

    public void Add(string kind, string what)
    {
        if (!_byKind.TryGetValue(kind, out List<string>? examples))
        {
            _byKind.Add(kind, examples = []);
        }

        examples.Add(what);
    }

    public void Add(string kind, IEnumerable<string> all)
    {
        foreach (string what in all)
        {
            Add(kind, what);
        }
    }

    public IEnumerable<string> Lines()
    {
        foreach ((string kind, List<string> examples) in _byKind)
        {
            yield return $"{kind}: {examples.Count}";
            foreach (string example in examples.Take(ExamplesMax))
            {
                yield return $"    {example}";
            }
        }
    }
}

// One rule of the house: what it looks at, what it complains about, and a sample that must make it complain.
namespace FastMqtt.Tidy.Tests;

public sealed record Rule(
    string Name, Func<IReadOnlyList<SourceFile>, IEnumerable<string>> Check, IReadOnlyList<SourceFile> BadSample)
{
    /// <summary>A rule that judges each file on its own.</summary>
    public static Rule PerFile(string name, Func<SourceFile, IEnumerable<string>> check, SourceFile badSample) =>
        new(name, files => files.SelectMany(check), [badSample]);

    public override string ToString() => Name;
}

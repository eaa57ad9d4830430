// What hooks have seen, as lines in the order of the calls. Written on dispatchers, read by the test.

using System.Collections.Concurrent;

namespace FastMqtt.Embedding.Tests.Harness;

internal sealed class Events
{
    private readonly ConcurrentQueue<string> _lines = [];

    public string[] Lines => [.. _lines];

    public void Add(string line) => _lines.Enqueue(line);

    /// <summary>Returns when exactly these have come.</summary>
    public async Task AreAsync(params string[] expected)
    {
        try
        {
            await Eventually.HoldsAsync(() => _lines.Count >= expected.Length);
        }
        catch (TimeoutException)
        {
            // The comparison says what is missing.
        }

        Assert.Equal(expected, Lines);
    }
}

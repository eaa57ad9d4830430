// What the filters of others look like.

namespace FastMqtt.Benchmarks.Embedded;

public enum FilterMix
{
    Exact,

    /// <summary>Half of them with '+', half with '#'.</summary>
    Wildcard,

    /// <summary>70 % exact, 15 % with '+', 15 % with '#'.</summary>
    Mixed,
}

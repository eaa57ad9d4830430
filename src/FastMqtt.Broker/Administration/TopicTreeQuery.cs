// What of the topic tree is written.

namespace FastMqtt.Broker.Administration;

/// <summary>What of the topic tree is written.</summary>
public sealed record TopicTreeQuery
{
    /// <summary>
    /// The levels where the tree begins, such as "home/kitchen" or "home/+", literally: what is there and below it.
    /// Null: the whole tree.
    /// </summary>
    public string? Below { get; init; }

    /// <summary>
    /// Levels that are written, 1 at the least. What is deeper is summed up in the last of them, as in
    /// "kitchen (2 listeners, 5 below)".
    /// </summary>
    public int MaximumDepth { get; init; } = int.MaxValue;

    /// <summary>
    /// Whether topics with a retained message are in the tree, as in "lamp (0 listeners, retained)"; without Below, but
    /// for those that begin with '$'.
    /// </summary>
    public bool IncludeRetained { get; init; }
}

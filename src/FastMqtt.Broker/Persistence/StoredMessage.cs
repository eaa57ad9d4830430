// Where a message of a session that outlives its connection stands in the store. Kept with it in queue and window.

namespace FastMqtt.Broker.Persistence;

/// <param name="Sequence">Its place in the order of the session, from 1; 0: it is not stored.</param>
/// <param name="Batch">Number of the batch that must be durable before it is sent; 0: none.</param>
/// <param name="Entry">Its place in that batch, while it is open; or one of the constants.</param>
internal readonly record struct StoredMessage(long Sequence, long Batch, int Entry)
{
    /// <summary>It is in the log, in the session's state, or will be with the next state.</summary>
    public const int Elsewhere = -1;

    /// <summary>It was read from a segment, which is still there.</summary>
    public const int InSegment = -2;

    public bool IsStored => Sequence != 0;
}

// A part of a session's queue that has left memory: a row of the store, or its content on the way there.

namespace FastMqtt.Broker.Sessions;

internal sealed class QueueSegment(long first, long last, int messages, long bytes)
{
    /// <summary>Sequence number of its first message: its key in the store.</summary>
    public long First { get; } = first;

    public long Last { get; } = last;

    public int Messages { get; } = messages;

    /// <summary>What its messages count as in the session's limit.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>Its content until it is committed; null: it must be read.</summary>
    public byte[]? Content { get; set; }

    /// <summary>
    /// Of an earlier run of the broker: what was QoS 0 in it may have been delivered, and is left out.
    /// </summary>
    public bool IsRecovered { get; init; }

    /// <summary>Messages before this one had left the queue in the earlier run.</summary>
    public long SkipBefore { get; init; }
}

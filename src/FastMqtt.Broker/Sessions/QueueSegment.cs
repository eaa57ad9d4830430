// A part of a session's queue as the store keeps it: a row there, or packed and on the way to it. Packed messages are
// in the log still; the row goes with the session's state. The content lies in a slab of the session's dispatcher until
// the row is committed or not needed.

using FastMqtt.Transport.Buffers;

namespace FastMqtt.Broker.Sessions;

internal sealed class QueueSegment(long first, long last, int messages, long bytes)
{
    private Slab? _content;
    private int _length;

    /// <summary>Sequence number of its first message: its key in the store.</summary>
    public long First { get; } = first;

    public long Last { get; } = last;

    public int Messages { get; } = messages;

    /// <summary>What its messages count as in the session's limit.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>Whether its content is in memory: until it is committed.</summary>
    public bool HasContent => _content is not null;

    public ReadOnlySpan<byte> Content => _content!.Span[.._length];

    /// <summary>Whether a batch has its row.</summary>
    public bool IsPut { get; set; }

    /// <summary>
    /// Of an earlier run of the broker: what was QoS 0 in it may have been delivered, and is left out.
    /// </summary>
    public bool IsRecovered { get; init; }

    /// <summary>Messages before this one had left the queue in the earlier run.</summary>
    public long SkipBefore { get; init; }

    public void KeepContent(ReadOnlySpan<byte> content, SlabPool pool)
    {
        _content = pool.Rent(content.Length);
        _length = content.Length;
        content.CopyTo(_content.Span);
    }

    public void DropContent(SlabPool pool)
    {
        if (_content is { } content)
        {
            _content = null;
            pool.Release(content);
        }
    }
}

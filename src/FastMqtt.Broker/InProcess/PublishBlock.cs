// Messages behind each other in one array, each behind its header: one half of a PublishBuffer. Whoever has it writes
// and reads it alone; the buffer's lock hands it over. Bounded by messages and by bytes; a message that is larger than
// that goes alone, and the array that grew for it is let go afterwards.
//
// A message goes from one core to another, and each cache line that is written for it comes from there first, in some
// 100 ns. So it is one array, without the references, of which one serves all messages of a publisher that nobody waits
// for; and lines are claimed ahead, many at once. Per message of 64 bytes, two cores, AOT: 360 ns with an array of
// entries beside the bytes and the blocks on common lines, 225 with one array, 63 with lines that are claimed.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastMqtt.Broker.InProcess;

internal sealed class PublishBlock
{
    private const int OriginsMin = 4;
    private const int BytesMin = 4 << 10;
    private const int LineBytes = 64;

    /// <summary>Lines that are claimed at a time: about as many as a core fetches at once.</summary>
    private const int ClaimedBytes = 32 * LineBytes;

    private static readonly int HeaderBytes = Unsafe.SizeOf<PublishHeader>();

    private PublishOrigin[] _origins = [];
    private byte[] _bytes = [];
    private int _originCount;
    private int _count;
    private int _used;
    private int _readTo;
    private int _lastAt;
    private int _claimed;
#pragma warning disable CS0169, CA1823, IDE0051 // It is there to be there: the other block must not lie on our lines.
    private readonly CacheLinePad _pad;
#pragma warning restore CS0169, CA1823, IDE0051

    public bool IsEmpty => _count == 0;

    /// <summary>Whether all that is in it was read.</summary>
    public bool IsRead => _readTo == _used;

    /// <summary>Whether it takes another message of so many bytes.</summary>
    public bool HasRoom(int bytes) => _count == 0
        || (_count < Limits.InProcessPublishes && bytes <= Limits.InProcessPublishBytes - _used);

    /// <summary>There must be room.</summary>
    public void Append(InProcessClient publisher, scoped in PublishContent content, PublishTicket? ticket)
    {
        int total = HeaderBytes + content.Bytes;
        if (total > _bytes.Length - _used)
        {
            Array.Resize(ref _bytes, Math.Max(_used + total, Math.Max(BytesMin, _bytes.Length * 2)));
        }

        if (_used + total > _claimed)
        {
            Claim(_used + total);
        }

        Span<byte> destination = _bytes.AsSpan(_used, total);
        var header = new PublishHeader
        {
            ExpiresAtMilliseconds = content.ExpiresAtMilliseconds,
            PropertiesBytes = content.Properties.Length,
            PayloadBytes = content.Payload.Length,
            Origin = IndexOf(publisher, ticket),
            TopicBytes = (ushort)content.Topic.Length,
            QoS = content.QoS,
            Retain = content.Retain,
        };
        MemoryMarshal.Write(destination, in header);
        destination = destination[HeaderBytes..];
        content.Topic.CopyTo(destination);
        content.Properties.CopyTo(destination[content.Topic.Length..]);
        content.Payload.CopyTo(destination[(content.Topic.Length + content.Properties.Length)..]);
        _used += total;
        _count++;
    }

    /// <summary>The next message; there must be one.</summary>
    public PublishEntry Read()
    {
        PublishHeader header = HeaderAt(_readTo);
        _lastAt = _readTo;
        _readTo += HeaderBytes + header.Bytes;
        return new PublishEntry(
            header, _bytes.AsSpan(_lastAt + HeaderBytes, header.Bytes), _origins[header.Origin]);
    }

    /// <summary>Whether the next message has the topic of the one that was read last.</summary>
    public bool IsNextOfSameTopic() =>
        _readTo > 0 && !IsRead && TopicAt(_readTo).SequenceEqual(TopicAt(_lastAt));

    public void Clear()
    {
        Array.Clear(_origins, 0, _originCount);
        _originCount = 0;
        _count = 0;
        _used = 0;
        _readTo = 0;
        _claimed = 0;
        if (_bytes.Length > 2 * Limits.InProcessPublishBytes)
        {
            _bytes = [];
        }
    }

    // Writes to the lines ahead: their ways from the other core overlap. Line by line, whoever leaves the lock after a
    // message waits for its lines, since that is a fence.
    private void Claim(int needed)
    {
        int end = Math.Min(needed + ClaimedBytes, _bytes.Length);
        for (int i = _claimed; i < end; i += LineBytes)
        {
            _bytes[i] = 0;
        }

        _claimed = end;
    }

    private int IndexOf(InProcessClient publisher, PublishTicket? ticket)
    {
        var origin = new PublishOrigin(publisher, ticket);
        if (_originCount > 0 && _origins[_originCount - 1] == origin)
        {
            return _originCount - 1;
        }

        if (_originCount == _origins.Length)
        {
            Array.Resize(ref _origins, Math.Max(OriginsMin, _originCount * 2));
        }

        _origins[_originCount] = origin;
        return _originCount++;
    }

    private PublishHeader HeaderAt(int offset) => MemoryMarshal.Read<PublishHeader>(_bytes.AsSpan(offset));

    private ReadOnlySpan<byte> TopicAt(int offset) =>
        _bytes.AsSpan(offset + HeaderBytes, HeaderAt(offset).TopicBytes);
}

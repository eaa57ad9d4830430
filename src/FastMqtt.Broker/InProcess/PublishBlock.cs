// Messages behind each other in one array: one half of a PublishBuffer. Whoever has it writes and reads it alone; the
// buffer's lock hands it over. Bounded by messages and by bytes; a message that is larger than that goes alone, and the
// array that grew for it is let go afterwards.

namespace FastMqtt.Broker.InProcess;

internal sealed class PublishBlock
{
    private const int EntriesMin = 64;
    private const int BytesMin = 4 << 10;

    private PublishEntry[] _entries = [];
    private byte[] _bytes = [];
    private int _used;

    public int Count { get; private set; }

    /// <summary>Whether it takes another message of so many bytes.</summary>
    public bool HasRoom(int bytes) => Count == 0
        || (Count < Limits.InProcessPublishes && bytes <= Limits.InProcessPublishBytes - _used);

    /// <summary>There must be room.</summary>
    public void Append(InProcessClient publisher, scoped in PublishContent content, PublishTicket? ticket)
    {
        int bytes = content.Bytes;
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(EntriesMin, Count * 2));
        }

        if (bytes > _bytes.Length - _used)
        {
            Array.Resize(ref _bytes, Math.Max(_used + bytes, Math.Max(BytesMin, _bytes.Length * 2)));
        }

        Span<byte> destination = _bytes.AsSpan(_used, bytes);
        content.Topic.CopyTo(destination);
        content.Properties.CopyTo(destination[content.Topic.Length..]);
        content.Payload.CopyTo(destination[(content.Topic.Length + content.Properties.Length)..]);
        _used += bytes;
        ref PublishEntry entry = ref _entries[Count++];
        entry.Publisher = publisher;
        entry.Ticket = ticket;
        entry.ExpiresAtMilliseconds = content.ExpiresAtMilliseconds;
        entry.TopicBytes = content.Topic.Length;
        entry.PropertiesBytes = content.Properties.Length;
        entry.PayloadBytes = content.Payload.Length;
        entry.QoS = content.QoS;
        entry.Retain = content.Retain;
    }

    public ref readonly PublishEntry this[int index] => ref _entries[index];

    /// <summary>The bytes from an offset on.</summary>
    public ReadOnlySpan<byte> From(int offset) => _bytes.AsSpan(offset, _used - offset);

    public void Clear()
    {
        Array.Clear(_entries, 0, Count);
        Count = 0;
        _used = 0;
        if (_bytes.Length > 2 * Limits.InProcessPublishBytes)
        {
            _bytes = [];
        }
    }
}

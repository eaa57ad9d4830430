// Walks the payload of SUBSCRIBE (filter and options) or UNSUBSCRIBE (filter alone). Safe on any bytes:
// it stops at the first that make no entry. Checks shape and UTF-8, not the filter's syntax.
// The packets' readers use it to validate; the broker walks the same payload with it afterwards.
namespace FastMqtt.Protocol;

public ref struct TopicFilterReader(ReadOnlySpan<byte> payload)
{
    private PacketReader _reader = new(payload);

    // Whether the walk ended at bytes that are no entry rather than at the end.
    public bool IsMalformed { get; private set; }

    // The next entry of SUBSCRIBE.
    public bool TryRead(out ReadOnlySpan<byte> filter, out SubscriptionOptions options)
    {
        byte value = 0;
        bool isRead = TryRead(out filter);
        if (isRead && !_reader.TryReadByte(out value))
        {
            isRead = false;
            IsMalformed = true;
        }

        options = new SubscriptionOptions(value);
        return isRead;
    }

    // The next entry of UNSUBSCRIBE.
    public bool TryRead(out ReadOnlySpan<byte> filter)
    {
        filter = default;
        if (IsMalformed || _reader.IsAtEnd)
        {
            return false;
        }

        IsMalformed = !_reader.TryReadText(out filter); // [MQTT-3.8.3-1] [MQTT-3.10.3-1]
        return !IsMalformed;
    }
}

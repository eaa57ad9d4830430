// The properties of PUBLISH that the broker acts on; the rest travel as raw bytes.
// Made per 5.0 PUBLISH from bytes that PublishPacket.Read has validated; an empty span costs a compare.
namespace FastMqtt.Protocol;

public ref struct PublishProperties
{
    // 0: none.
    public ushort TopicAlias { get; private set; }

    public bool HasMessageExpiryInterval { get; private set; }

    public uint MessageExpiryInterval { get; private set; }

    // Whether the payload says of itself that it is UTF-8.
    public bool PayloadFormatIndicator { get; private set; }

    public bool HasSubscriptionIdentifier { get; private set; }

    // The first one; a server may send several, which PropertyReader walks.
    public uint SubscriptionIdentifier { get; private set; }

    public bool HasResponseTopic { get; private set; }

    public ReadOnlySpan<byte> ResponseTopic { get; private set; }

    public bool HasCorrelationData { get; private set; }

    public ReadOnlySpan<byte> CorrelationData { get; private set; }

    public bool HasContentType { get; private set; }

    public ReadOnlySpan<byte> ContentType { get; private set; }

    // Whether the bytes hold a property that must not be forwarded as it is: Topic Alias belongs to one connection,
    // Message Expiry Interval counts down, Subscription Identifiers belong to one subscriber.
    public readonly bool MustRewrite => TopicAlias != 0 || HasMessageExpiryInterval || HasSubscriptionIdentifier;

    public static PublishProperties From(ReadOnlySpan<byte> properties)
    {
        PublishProperties result = default;
        if (properties.IsEmpty)
        {
            return result;
        }

        PropertyReader reader = new(properties);
        while (reader.TryRead(out PropertyIdentifier identifier))
        {
            result.Take(identifier, reader.Integer, reader.Data);
        }

        return result;
    }

    private void Take(PropertyIdentifier identifier, uint value, ReadOnlySpan<byte> data)
    {
        switch (identifier)
        {
            case PropertyIdentifier.TopicAlias:
                TopicAlias = (ushort)value;
                break;
            case PropertyIdentifier.MessageExpiryInterval:
                HasMessageExpiryInterval = true;
                MessageExpiryInterval = value;
                break;
            case PropertyIdentifier.PayloadFormatIndicator:
                PayloadFormatIndicator = value != 0;
                break;
            case PropertyIdentifier.SubscriptionIdentifier when !HasSubscriptionIdentifier:
                HasSubscriptionIdentifier = true;
                SubscriptionIdentifier = value;
                break;
            case PropertyIdentifier.ResponseTopic:
                HasResponseTopic = true;
                ResponseTopic = data;
                break;
            case PropertyIdentifier.CorrelationData:
                HasCorrelationData = true;
                CorrelationData = data;
                break;
            case PropertyIdentifier.ContentType:
                HasContentType = true;
                ContentType = data;
                break;
        }
    }
}

// Which properties a packet may carry, as a bit per identifier, and the check of raw property bytes against it.
// The rule of errors: a property that does not belong, or bytes that are none, are a Malformed Packet (2.2.2.2);
// a repeat or a value the specification excludes is a Protocol Error. Called once per packet by its reader.
namespace FastMqtt.Protocol;

public static class AllowedProperties
{
    public const ulong Connect = SessionExpiry | Authentication | Limits | UserProperty
        | 1UL << (int)PropertyIdentifier.RequestProblemInformation
        | 1UL << (int)PropertyIdentifier.RequestResponseInformation;

    public const ulong Connack = SessionExpiry | Authentication | Limits | UserProperty | ReasonString
        | ServerReference
        | 1UL << (int)PropertyIdentifier.AssignedClientIdentifier
        | 1UL << (int)PropertyIdentifier.ServerKeepAlive
        | 1UL << (int)PropertyIdentifier.ResponseInformation
        | 1UL << (int)PropertyIdentifier.MaximumQoS
        | 1UL << (int)PropertyIdentifier.RetainAvailable
        | 1UL << (int)PropertyIdentifier.WildcardSubscriptionAvailable
        | 1UL << (int)PropertyIdentifier.SubscriptionIdentifierAvailable
        | 1UL << (int)PropertyIdentifier.SharedSubscriptionAvailable;

    public const ulong Publish = Message | SubscriptionIdentifier | SubscriptionIdentifierRepeats
        | 1UL << (int)PropertyIdentifier.TopicAlias;

    public const ulong Will = Message | 1UL << (int)PropertyIdentifier.WillDelayInterval;
    public const ulong Acknowledgement = UserProperty | ReasonString;
    public const ulong Subscribe = UserProperty | SubscriptionIdentifier;
    public const ulong Suback = UserProperty | ReasonString;
    public const ulong Unsubscribe = UserProperty;
    public const ulong Unsuback = UserProperty | ReasonString;
    public const ulong Disconnect = UserProperty | ReasonString | ServerReference | SessionExpiry;
    public const ulong Auth = UserProperty | ReasonString | Authentication;

    private const ulong UserProperty = 1UL << (int)PropertyIdentifier.UserProperty;
    private const ulong ReasonString = 1UL << (int)PropertyIdentifier.ReasonString;
    private const ulong ServerReference = 1UL << (int)PropertyIdentifier.ServerReference;
    private const ulong SessionExpiry = 1UL << (int)PropertyIdentifier.SessionExpiryInterval;
    private const ulong SubscriptionIdentifier = 1UL << (int)PropertyIdentifier.SubscriptionIdentifier;
    private const ulong AuthenticationMethod = 1UL << (int)PropertyIdentifier.AuthenticationMethod;
    private const ulong AuthenticationData = 1UL << (int)PropertyIdentifier.AuthenticationData;
    private const ulong Authentication = AuthenticationMethod | AuthenticationData;

    private const ulong Limits = 1UL << (int)PropertyIdentifier.ReceiveMaximum
        | 1UL << (int)PropertyIdentifier.MaximumPacketSize
        | 1UL << (int)PropertyIdentifier.TopicAliasMaximum;

    private const ulong Message = UserProperty
        | 1UL << (int)PropertyIdentifier.PayloadFormatIndicator
        | 1UL << (int)PropertyIdentifier.MessageExpiryInterval
        | 1UL << (int)PropertyIdentifier.ContentType
        | 1UL << (int)PropertyIdentifier.ResponseTopic
        | 1UL << (int)PropertyIdentifier.CorrelationData;

    // Not an identifier: marks the one packet, PUBLISH, that may have several Subscription Identifiers.
    private const ulong SubscriptionIdentifierRepeats = 1UL << 63;

    private const int IdentifierMax = (int)PropertyIdentifier.SharedSubscriptionAvailable;

    public static bool Contains(ulong allowed, PropertyIdentifier identifier) =>
        (int)identifier <= IdentifierMax && ((allowed >> (int)identifier) & 1) != 0;

    public static ReasonCode Validate(ReadOnlySpan<byte> properties, ulong allowed)
    {
        if (properties.IsEmpty)
        {
            return ReasonCode.Success;
        }

        ulong repeatable = UserProperty | ((allowed & SubscriptionIdentifierRepeats) != 0 ? SubscriptionIdentifier : 0);
        ulong seen = 0;
        PropertyReader reader = new(properties);
        while (reader.TryRead(out PropertyIdentifier identifier))
        {
            if (!Contains(allowed, identifier))
            {
                return ReasonCode.MalformedPacket;
            }

            ulong bit = 1UL << (int)identifier;
            if ((seen & bit & ~repeatable) != 0)
            {
                return ReasonCode.ProtocolError;
            }

            seen |= bit;
            ReasonCode verdict = CheckValue(identifier, in reader);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        if (reader.IsMalformed)
        {
            return ReasonCode.MalformedPacket;
        }

        // 3.1.2.11.10: Authentication Data without a method is a Protocol Error.
        return (seen & Authentication) == AuthenticationData ? ReasonCode.ProtocolError : ReasonCode.Success;
    }

    private static ReasonCode CheckValue(PropertyIdentifier identifier, ref readonly PropertyReader reader)
    {
        switch (PropertyTypes.Of(identifier))
        {
            case PropertyType.Byte: // flags, the Payload Format Indicator and Maximum QoS: 0 or 1, all of them
                return reader.Integer <= 1 ? ReasonCode.Success : ReasonCode.ProtocolError;
            case PropertyType.Text when !Utf8Text.IsValid(reader.Data): // [MQTT-3.3.2-13] [MQTT-3.3.2-19]
                return ReasonCode.MalformedPacket;
            case PropertyType.TextPair: // [MQTT-1.5.7-1]
                bool isText = Utf8Text.IsValid(reader.Name) && Utf8Text.IsValid(reader.Data);
                return isText ? ReasonCode.Success : ReasonCode.MalformedPacket;
        }

        return identifier switch
        {
            PropertyIdentifier.TopicAlias when reader.Integer == 0 => ReasonCode.TopicAliasInvalid, // [MQTT-3.3.2-8]
            PropertyIdentifier.ReceiveMaximum
                or PropertyIdentifier.MaximumPacketSize
                or PropertyIdentifier.SubscriptionIdentifier when reader.Integer == 0 => ReasonCode.ProtocolError,
            PropertyIdentifier.ResponseTopic when !TopicName.IsValid(reader.Data) => // [MQTT-3.3.2-14]
                ReasonCode.ProtocolError,
            _ => ReasonCode.Success,
        };
    }
}

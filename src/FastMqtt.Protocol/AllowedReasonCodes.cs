// Which Reason Codes a packet type may carry in 5.0, from the tables of chapter 3.
// DISCONNECT also takes Bad Authentication Method: table 2-6 lists it there although section 3.14 forgets it.
// Called by the readers of the packets that carry a code, and by whoever lets others choose one.
namespace FastMqtt.Protocol;

public static class AllowedReasonCodes
{
    public static bool Contains(PacketType type, ReasonCode code) => type switch
    {
        PacketType.Connack => InConnack(code), // [MQTT-3.2.2-8]
        PacketType.Puback or PacketType.Pubrec => InPuback(code), // [MQTT-3.4.2-1] [MQTT-3.5.2-1]
        PacketType.Pubrel or PacketType.Pubcomp => // [MQTT-3.6.2-1] [MQTT-3.7.2-1]
            code is ReasonCode.Success or ReasonCode.PacketIdentifierNotFound,
        PacketType.Suback => InSuback(code), // [MQTT-3.9.3-2]
        PacketType.Unsuback => InUnsuback(code), // [MQTT-3.11.3-2]
        PacketType.Disconnect => InDisconnect(code), // [MQTT-3.14.2-1]
        PacketType.Auth => code is ReasonCode.Success // [MQTT-3.15.2-1]
            or ReasonCode.ContinueAuthentication
            or ReasonCode.ReAuthenticate,
        _ => false,
    };

    private static bool InConnack(ReasonCode code) => code is ReasonCode.Success
        or (>= ReasonCode.UnspecifiedError and <= ReasonCode.Banned)
        or ReasonCode.BadAuthenticationMethod
        or ReasonCode.TopicNameInvalid
        or ReasonCode.PacketTooLarge
        or ReasonCode.QuotaExceeded
        or (>= ReasonCode.PayloadFormatInvalid and <= ReasonCode.ServerMoved)
        or ReasonCode.ConnectionRateExceeded;

    private static bool InPuback(ReasonCode code) => code is ReasonCode.Success
        or ReasonCode.NoMatchingSubscribers
        or ReasonCode.UnspecifiedError
        or ReasonCode.ImplementationSpecificError
        or ReasonCode.NotAuthorized
        or ReasonCode.TopicNameInvalid
        or ReasonCode.PacketIdentifierInUse
        or ReasonCode.QuotaExceeded
        or ReasonCode.PayloadFormatInvalid;

    private static bool InSuback(ReasonCode code) => code is <= ReasonCode.GrantedQoS2
        or ReasonCode.UnspecifiedError
        or ReasonCode.ImplementationSpecificError
        or ReasonCode.NotAuthorized
        or ReasonCode.TopicFilterInvalid
        or ReasonCode.PacketIdentifierInUse
        or ReasonCode.QuotaExceeded
        or ReasonCode.SharedSubscriptionsNotSupported
        or ReasonCode.SubscriptionIdentifiersNotSupported
        or ReasonCode.WildcardSubscriptionsNotSupported;

    private static bool InUnsuback(ReasonCode code) => code is ReasonCode.Success
        or ReasonCode.NoSubscriptionExisted
        or ReasonCode.UnspecifiedError
        or ReasonCode.ImplementationSpecificError
        or ReasonCode.NotAuthorized
        or ReasonCode.TopicFilterInvalid
        or ReasonCode.PacketIdentifierInUse;

    private static bool InDisconnect(ReasonCode code) => code is ReasonCode.NormalDisconnection
        or ReasonCode.DisconnectWithWillMessage
        or (>= ReasonCode.UnspecifiedError and <= ReasonCode.ImplementationSpecificError)
        or ReasonCode.NotAuthorized
        or ReasonCode.ServerBusy
        or (>= ReasonCode.ServerShuttingDown and <= ReasonCode.TopicNameInvalid)
        or (>= ReasonCode.ReceiveMaximumExceeded and <= ReasonCode.WildcardSubscriptionsNotSupported);
}

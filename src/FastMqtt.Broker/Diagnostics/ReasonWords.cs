// Reason Codes as a person says them: in the log. Constants, so that a line costs no allocation.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.Diagnostics;

internal static class ReasonWords
{
    public static string Of(ReasonCode reason) => reason switch
    {
        ReasonCode.Success => "success",
        ReasonCode.DisconnectWithWillMessage => "with its will",
        ReasonCode.UnspecifiedError => "unspecified error",
        ReasonCode.MalformedPacket => "malformed packet",
        ReasonCode.ProtocolError => "protocol error",
        ReasonCode.ImplementationSpecificError => "implementation specific error",
        ReasonCode.UnsupportedProtocolVersion => "unsupported protocol version",
        ReasonCode.ClientIdentifierNotValid => "client identifier not valid",
        ReasonCode.BadUserNameOrPassword => "bad user name or password",
        ReasonCode.NotAuthorized => "not authorised",
        ReasonCode.ServerUnavailable => "server unavailable",
        ReasonCode.ServerBusy => "server busy",
        ReasonCode.Banned => "banned",
        ReasonCode.ServerShuttingDown => "server shutting down",
        ReasonCode.BadAuthenticationMethod => "bad authentication method",
        ReasonCode.KeepAliveTimeout => "exceeded timeout",
        ReasonCode.SessionTakenOver => "session taken over",
        ReasonCode.TopicFilterInvalid => "topic filter invalid",
        ReasonCode.TopicNameInvalid => "topic name invalid",
        ReasonCode.ReceiveMaximumExceeded => "receive maximum exceeded",
        ReasonCode.TopicAliasInvalid => "topic alias invalid",
        ReasonCode.PacketTooLarge => "packet too large",
        ReasonCode.MessageRateTooHigh => "message rate too high",
        ReasonCode.QuotaExceeded => "quota exceeded",
        ReasonCode.AdministrativeAction => "administrative action",
        ReasonCode.PayloadFormatInvalid => "payload format invalid",
        ReasonCode.RetainNotSupported => "retain not supported",
        ReasonCode.QoSNotSupported => "QoS not supported",
        ReasonCode.SharedSubscriptionsNotSupported => "shared subscriptions not supported",
        ReasonCode.ConnectionRateExceeded => "connection rate exceeded",
        ReasonCode.MaximumConnectTime => "maximum connect time",
        _ => "a reason of its own",
    };
}

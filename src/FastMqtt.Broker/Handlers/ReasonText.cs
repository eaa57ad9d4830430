// Reason Strings: a sentence for the person who looks for the fault, where the code alone does not say what to do.
// Sent in CONNACK and DISCONNECT only, where Request Problem Information allows them always. [MQTT-3.1.2-29]

using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal static class ReasonText
{
    /// <summary>Bytes that hold any of these as a property.</summary>
    public const int PropertyBytesMax = 128;

    /// <summary>Empty where the code says it all.</summary>
    public static ReadOnlySpan<byte> Of(ReasonCode reason) => reason switch
    {
        ReasonCode.BadAuthenticationMethod => "Enhanced authentication is not available"u8,
        ReasonCode.NotAuthorized => "Not allowed; this listener asks for credentials"u8,
        ReasonCode.SessionTakenOver => "Another client has connected with the same client identifier"u8,
        ReasonCode.KeepAliveTimeout => "No packet within one and a half times the keep alive"u8,
        ReasonCode.ReceiveMaximumExceeded => "More QoS 2 messages unreleased than Receive Maximum in CONNACK"u8,
        ReasonCode.PacketTooLarge => "A packet is larger than Maximum Packet Size"u8,
        ReasonCode.TopicAliasInvalid => "Topic Alias is 0 or above Topic Alias Maximum in CONNACK"u8,
        ReasonCode.QuotaExceeded => "The broker holds as many sessions as it may"u8,
        ReasonCode.TopicNameInvalid => "The topic has a wildcard or too many levels"u8,
        ReasonCode.PayloadFormatInvalid => "The payload is not the UTF-8 its Payload Format Indicator promises"u8,
        ReasonCode.UnsupportedProtocolVersion => "MQTT 3.1, 3.1.1 and 5.0 are spoken here"u8,
        ReasonCode.RetainNotSupported => "Retained messages are not available, as CONNACK says"u8,
        ReasonCode.QoSNotSupported => "The QoS is above Maximum QoS in CONNACK"u8,
        _ => default,
    };
}

// What the operator's limits and a listener's options say about a CONNECT: pure questions, answered from the options as
// they are now. Called by ConnectHandler, which refuses, and by SessionLifecycle for the time a session waits.

using System.Text.Unicode;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal static class ConnectRules
{
    public static bool AcceptsVersion(ListenerOptions listener, ProtocolVersion version) =>
        (listener.AcceptVersions & version switch
        {
            ProtocolVersion.Mqtt31 => ProtocolVersions.Mqtt31,
            ProtocolVersion.Mqtt311 => ProtocolVersions.Mqtt311,
            _ => ProtocolVersions.Mqtt5,
        }) != 0;

    /// <summary>Whether the will of a CONNECT that has one may be published.</summary>
    public static ReasonCode CheckWill(BrokerOptions options, Listener listener, in ConnectPacket packet)
    {
        if (packet.WillRetain && !options.RetainAvailable)
        {
            return ReasonCode.RetainNotSupported; // [MQTT-3.2.2-13]
        }

        if (packet.WillQoS > listener.Options.MaximumQoS)
        {
            return ReasonCode.QoSNotSupported; // [MQTT-3.2.2-12]
        }

        int mountBytes = listener.MountPoint?.Length ?? 0;
        if (TopicFilter.CountLevels(packet.WillTopic) > Limits.TopicLevelsMax
            || packet.WillTopic.Length + mountBytes > ushort.MaxValue)
        {
            return ReasonCode.TopicNameInvalid;
        }

        if (options.MaximumPayloadBytes != 0 && packet.WillPayload.Length > options.MaximumPayloadBytes)
        {
            return ReasonCode.PacketTooLarge;
        }

        bool isText = WillProperties.From(packet.WillProperties).PayloadFormatIndicator;
        return isText && !Utf8.IsValid(packet.WillPayload) ? ReasonCode.PayloadFormatInvalid : ReasonCode.Success;
    }

    /// <summary>Whether an empty Client Identifier is replaced by a made one.</summary>
    public static bool MayBeEmpty(ListenerOptions listener, in ConnectPacket packet) =>
        listener.AllowZeroLengthClientId && packet.Version switch
        {
            ProtocolVersion.Mqtt31 => false, // 3.1 section 3.1: at least one character
            ProtocolVersion.Mqtt311 => packet.CleanStart, // [MQTT3-3.1.3-7]
            _ => true,
        };

    /// <summary>Seconds that a session waits for its client: what it asked for, or the operator's less.</summary>
    public static uint Expiry(BrokerOptions options, uint requestedSeconds)
    {
        if (options.PersistentClientExpiration is not { } most)
        {
            return requestedSeconds;
        }

        double seconds = Math.Clamp(most.TotalSeconds, 0, Session.NeverExpires);
        return Math.Min(requestedSeconds, (uint)seconds);
    }
}

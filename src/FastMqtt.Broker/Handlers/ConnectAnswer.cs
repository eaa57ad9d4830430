// The properties of CONNACK: what holds on this connection, where a client could not know it. Called by ConnectHandler
// with the terms it will keep to.

using FastMqtt.Broker.Hooks;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal static class ConnectAnswer
{
    /// <summary>Writes the properties; 3.x has none.</summary>
    /// <param name="options">The operator's.</param>
    /// <param name="packet">The CONNECT.</param>
    /// <param name="terms">What was agreed.</param>
    /// <param name="assigned">The Client Identifier it was given; empty: it has its own.</param>
    /// <param name="buffer">64 bytes more than that.</param>
    public static ReadOnlySpan<byte> WriteProperties(
        BrokerOptions options,
        in ConnectPacket packet,
        ConnectTerms terms,
        ReadOnlySpan<byte> assigned,
        Span<byte> buffer)
    {
        if (packet.Version != ProtocolVersion.Mqtt5)
        {
            return default;
        }

        var writer = new PropertyWriter(buffer);
        writer.Write(PropertyIdentifier.ReceiveMaximum, (uint)terms.ReceiveMaximum);
        writer.Write(PropertyIdentifier.MaximumPacketSize, (uint)terms.MaximumPacketSize);
        if (terms.TopicAliasMaximum > 0)
        {
            writer.Write(PropertyIdentifier.TopicAliasMaximum, (uint)terms.TopicAliasMaximum);
        }

        if (terms.MaximumQoS != QualityOfService.ExactlyOnce)
        {
            writer.Write(PropertyIdentifier.MaximumQoS, (uint)terms.MaximumQoS); // [MQTT-3.2.2-9]
        }

        if (!options.RetainAvailable)
        {
            writer.Write(PropertyIdentifier.RetainAvailable, 0u);
        }

        uint asked = ConnectProperties.From(packet.Properties).SessionExpiryInterval;
        if (ConnectRules.Expiry(options, terms.SessionExpiryInterval) is var holds && holds != asked)
        {
            writer.Write(PropertyIdentifier.SessionExpiryInterval, holds); // section 3.2.2.3.2
        }

        if (!assigned.IsEmpty)
        {
            writer.Write(PropertyIdentifier.AssignedClientIdentifier, assigned); // [MQTT-3.2.2-16]
        }

        if (terms.KeepAlive != packet.KeepAlive)
        {
            writer.Write(PropertyIdentifier.ServerKeepAlive, (uint)terms.KeepAlive); // [MQTT-3.2.2-21]
        }

        return writer.Written;
    }
}

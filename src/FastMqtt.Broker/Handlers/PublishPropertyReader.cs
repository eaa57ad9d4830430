// The properties of a PUBLISH: what they mean for the broker (Topic Alias, Message Expiry Interval), what is wrong with
// them, and what of them is forwarded. Called by PublishHandler for packets that have any. One per dispatcher.

using System.Text.Unicode;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal sealed class PublishPropertyReader(Dispatcher dispatcher)
{
    private byte[] _forwarded = new byte[1024];

    /// <summary>
    /// Puts what the properties say into the message. False: the packet breaks a rule, which its client was told.
    /// </summary>
    /// <param name="client">Who has sent it; its Topic Aliases are used and set.</param>
    /// <param name="packet">Its properties are not empty.</param>
    /// <param name="message">Gets topic, expiry and what is forwarded.</param>
    /// <param name="unchanged">Whether a subscriber may get the properties as they were received.</param>
    public bool TryRead(Client client, in PublishPacket packet, ref Message message, out bool unchanged)
    {
        var properties = PublishProperties.From(packet.Properties);
        unchanged = !properties.MustRewrite;
        message.Properties = packet.Properties;
        if (properties.HasSubscriptionIdentifier)
        {
            dispatcher.Packets.Reject(client, ReasonCode.ProtocolError); // [MQTT-3.3.4-6]
            return false;
        }

        if (properties.TopicAlias != 0 && !ResolveAlias(client, properties.TopicAlias, ref message))
        {
            return false;
        }

        if (properties.PayloadFormatIndicator && !Utf8.IsValid(message.Payload))
        {
            RefusePayload(client, in packet);
            return false;
        }

        if (properties.HasMessageExpiryInterval)
        {
            message.ExpiresAtMilliseconds = dispatcher.Now + (properties.MessageExpiryInterval * 1000L);
        }

        if (properties.MustRewrite)
        {
            if (_forwarded.Length < packet.Properties.Length)
            {
                _forwarded = new byte[packet.Properties.Length];
            }

            message.Properties = _forwarded.AsSpan(0, ForwardedProperties.Copy(packet.Properties, _forwarded));
        }

        return true;
    }

    private bool ResolveAlias(Client client, ushort alias, ref Message message)
    {
        if (client.Aliases is not { } aliases || !aliases.Allows(alias))
        {
            dispatcher.Packets.Reject(client, ReasonCode.TopicAliasInvalid); // [MQTT-3.3.2-9]
            return false;
        }

        if (!message.Topic.IsEmpty)
        {
            aliases.Set(alias, message.Topic); // [MQTT-3.3.2-12]
            return true;
        }

        if (!aliases.TryGet(alias, out ReadOnlySpan<byte> topic))
        {
            dispatcher.Packets.Reject(client, ReasonCode.ProtocolError); // section 3.3.4: no mapping is set
            return false;
        }

        message.Topic = topic;
        return true;
    }

    // The payload is not what the Payload Format Indicator says: the message is refused, the connection stays where the
    // acknowledgement can say so, section 3.3.2.3.2.
    private void RefusePayload(Client client, in PublishPacket packet)
    {
        dispatcher.Metrics.Refused++;
        if (packet.QoS == QualityOfService.AtMostOnce)
        {
            dispatcher.Packets.Reject(client, ReasonCode.PayloadFormatInvalid);
            return;
        }

        PacketType type = packet.QoS == QualityOfService.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec;
        Reply.Acknowledge(dispatcher, client, type, packet.PacketIdentifier, ReasonCode.PayloadFormatInvalid);
    }
}

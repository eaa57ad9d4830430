// The packets that clients send, as bytes.
using System.Text;
using FastMqtt.Crash.Ledgers;

namespace FastMqtt.Crash.Clients;

internal static class Packets
{
    private const int PropertyBytes = 64;

    public static byte[] Connect(ProtocolVersion version, string name, bool cleanStart, ushort receiveMaximum)
    {
        var properties = new PropertyWriter(new byte[PropertyBytes]);
        if (!cleanStart)
        {
            properties.Write(PropertyIdentifier.SessionExpiryInterval, uint.MaxValue);
        }

        properties.Write(PropertyIdentifier.ReceiveMaximum, receiveMaximum);
        var packet = new ConnectPacket
        {
            Version = version,
            CleanStart = cleanStart,
            ClientIdentifier = Encoding.UTF8.GetBytes(name),
            Properties = properties.Written,
        };
        byte[] bytes = new byte[packet.Measure(version)];
        packet.Write(version, bytes);
        return bytes;
    }

    public static byte[] Publish(ProtocolVersion version, Message message, bool duplicate) =>
        Publish(version, message.Topic, message.Payload(), new()
        {
            QoS = message.QoS,
            Retain = message.Retain,
            Duplicate = duplicate,
            PacketIdentifier = message.PacketIdentifier,
        });

    // Topic and payload apart: the rest says how.
    public static byte[] Publish(ProtocolVersion version, string topic, byte[] payload, PublishPacket how)
    {
        var packet = new PublishPacket
        {
            QoS = how.QoS,
            Retain = how.Retain,
            Duplicate = how.Duplicate,
            PacketIdentifier = how.PacketIdentifier,
            Topic = Encoding.UTF8.GetBytes(topic),
            Payload = payload,
        };
        byte[] bytes = new byte[packet.Measure(version)];
        packet.Write(version, bytes);
        return bytes;
    }

    public static byte[] Acknowledgement(ProtocolVersion version, PacketType type, ushort identifier)
    {
        var packet = new AcknowledgementPacket { Type = type, PacketIdentifier = identifier };
        byte[] bytes = new byte[packet.Measure(version)];
        packet.Write(version, bytes);
        return bytes;
    }

    public static byte[] Subscribe(ProtocolVersion version, ushort identifier, string filter, QualityOfService qos)
    {
        byte[] text = Encoding.UTF8.GetBytes(filter);
        var entries = new TopicFilterWriter(new byte[text.Length + 3]);
        entries.Write(text, new SubscriptionOptions(qos));
        var packet = new SubscribePacket { PacketIdentifier = identifier, Payload = entries.Written };
        byte[] bytes = new byte[packet.Measure(version)];
        packet.Write(version, bytes);
        return bytes;
    }

    public static byte[] Unsubscribe(ProtocolVersion version, ushort identifier, string filter)
    {
        byte[] text = Encoding.UTF8.GetBytes(filter);
        var entries = new TopicFilterWriter(new byte[text.Length + 2]);
        entries.Write(text);
        var packet = new UnsubscribePacket { PacketIdentifier = identifier, Payload = entries.Written };
        byte[] bytes = new byte[packet.Measure(version)];
        packet.Write(version, bytes);
        return bytes;
    }

    public static byte[] Disconnect(ProtocolVersion version)
    {
        DisconnectPacket packet = default;
        byte[] bytes = new byte[packet.Measure(version)];
        packet.Write(version, bytes);
        return bytes;
    }

    public static byte[] Pingreq() => [(byte)PacketType.Pingreq << 4, 0];
}

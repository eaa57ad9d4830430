// What the benchmarks' clients send, as bytes.

using System.Text;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks.Embedded;

internal static class Packets
{
    /// <summary>Bytes of payload in every benchmark that does not say otherwise.</summary>
    public const int PayloadBytes = 64;

    /// <summary>A Receive Maximum of 0 is left out.</summary>
    public static byte[] Connect(ProtocolVersion version, string identifier, ushort receiveMaximum = 0)
    {
        var properties = new PropertyWriter(new byte[8]);
        if (receiveMaximum != 0)
        {
            properties.Write(PropertyIdentifier.ReceiveMaximum, receiveMaximum);
        }

        var packet = new ConnectPacket
        {
            Version = version,
            CleanStart = true,
            ClientIdentifier = Bytes(identifier),
            Properties = properties.Written,
        };
        byte[] frame = new byte[packet.Measure(version)];
        packet.Write(version, frame);
        return frame;
    }

    public static byte[] Subscribe(ProtocolVersion version, string filter, QualityOfService qos)
    {
        byte[] bytes = Bytes(filter);
        var entries = new TopicFilterWriter(new byte[bytes.Length + 3]);
        entries.Write(bytes, new SubscriptionOptions(qos));
        var packet = new SubscribePacket { PacketIdentifier = 1, Payload = entries.Written };
        byte[] frame = new byte[packet.Measure(version)];
        packet.Write(version, frame);
        return frame;
    }

    public static byte[] Unsubscribe(ProtocolVersion version, string filter)
    {
        byte[] bytes = Bytes(filter);
        var entries = new TopicFilterWriter(new byte[bytes.Length + 2]);
        entries.Write(bytes);
        var packet = new UnsubscribePacket { PacketIdentifier = 2, Payload = entries.Written };
        byte[] frame = new byte[packet.Measure(version)];
        packet.Write(version, frame);
        return frame;
    }

    public static byte[] Publish(
        ProtocolVersion version, string topic, QualityOfService qos, int identifier = 0, bool retain = false)
    {
        var packet = new PublishPacket
        {
            QoS = qos,
            Retain = retain,
            Topic = Bytes(topic),
            PacketIdentifier = (ushort)identifier,
            Payload = new byte[PayloadBytes],
        };
        byte[] frame = new byte[packet.Measure(version)];
        packet.Write(version, frame);
        return frame;
    }

    public static byte[] Acknowledgement(ProtocolVersion version, PacketType type, int identifier)
    {
        var packet = new AcknowledgementPacket { Type = type, PacketIdentifier = (ushort)identifier };
        byte[] frame = new byte[packet.Measure(version)];
        packet.Write(version, frame);
        return frame;
    }

    /// <summary>Packets 1 to count behind each other, as one read finds them.</summary>
    public static byte[] Repeat(int count, Func<int, byte[]> packet) =>
        [.. Enumerable.Range(1, count).SelectMany(packet)];

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

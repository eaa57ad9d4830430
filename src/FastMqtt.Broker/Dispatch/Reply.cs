// The small packets the broker answers with, appended to a client's output. All of them go out with the one send at the
// end of the tick.

using System.Buffers.Binary;
using FastMqtt.Broker.Handlers;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal static class Reply
{
    /// <summary>An acknowledgement without reason code.</summary>
    public const int AcknowledgementBytes = 4;

    /// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP. 3.x clients and Success get the four-byte form.</summary>
    public static void Acknowledge(
        Dispatcher dispatcher, Client client, PacketType type, ushort packetIdentifier, ReasonCode reason)
    {
        bool withReason = client.IsMqtt5 && reason != ReasonCode.Success;
        int size = withReason ? AcknowledgementBytes + 1 : AcknowledgementBytes;
        Span<byte> output = client.Connection.GetOutput(AcknowledgementBytes + 1, dispatcher.Slabs);
        int flags = type == PacketType.Pubrel ? 2 : 0; // [MQTT-3.6.1-1]
        BinaryPrimitives.WriteInt32BigEndian(
            output, (((int)type << 4) | flags) << 24 | (size - 2) << 16 | packetIdentifier);
        output[AcknowledgementBytes] = (byte)reason;
        Sent(dispatcher, client, size);
    }

    /// <summary>PUBACK or PUBREC for every frame of a burst, in its order. [MQTT-4.6.0-2] [MQTT-4.6.0-3]</summary>
    public static void AcknowledgeBurst(
        Dispatcher dispatcher, Client client, PacketType type, in PublishBurst burst, ReasonCode reason)
    {
        bool withReason = client.IsMqtt5 && reason != ReasonCode.Success;
        int size = withReason ? AcknowledgementBytes + 1 : AcknowledgementBytes;
        Span<byte> output = client.Connection.GetOutput((burst.Count * size) + 1, dispatcher.Slabs);
        int head = ((int)type << 28) | ((size - 2) << 16);
        int at = 0;
        for (int offset = 0; offset < burst.Frames.Length; at += size)
        {
            FixedHeader header = burst.HeaderAt(offset);
            BinaryPrimitives.WriteInt32BigEndian(output[at..], head | burst.IdentifierAt(offset, header));
            output[at + AcknowledgementBytes] = (byte)reason;
            offset += header.TotalLength;
        }

        Sent(dispatcher, client, at, burst.Count);
    }

    /// <summary>The answers to the first packets of a run of acknowledgements: the same identifiers in order.</summary>
    public static void AcknowledgeRun(
        Dispatcher dispatcher, Client client, PacketType type, ReadOnlySpan<byte> run, int count)
    {
        if (count == 0)
        {
            return;
        }

        int bytes = count * AcknowledgementBytes;
        Span<byte> output = client.Connection.GetOutput(bytes, dispatcher.Slabs);
        run[..bytes].CopyTo(output);
        int flags = type == PacketType.Pubrel ? 2 : 0; // [MQTT-3.6.1-1]
        for (int at = 0; at < bytes; at += AcknowledgementBytes)
        {
            output[at] = (byte)(((int)type << 4) | flags);
        }

        Sent(dispatcher, client, bytes, count);
    }

    public static void Pingresp(Dispatcher dispatcher, Client client)
    {
        Span<byte> output = client.Connection.GetOutput(2, dispatcher.Slabs);
        output[0] = (int)PacketType.Pingresp << 4;
        output[1] = 0;
        Sent(dispatcher, client, 2);
    }

    public static void Connack(Dispatcher dispatcher, Client client, in ConnackPacket packet)
    {
        Span<byte> output = client.Connection.GetOutput(packet.Measure(client.Version), dispatcher.Slabs);
        Sent(dispatcher, client, packet.Write(client.Version, output));
    }

    public static void Auth(Dispatcher dispatcher, Client client, in AuthPacket packet)
    {
        int size = packet.Measure(client.Version);
        if (size > client.MaximumPacketSize)
        {
            dispatcher.Connections.Close(client); // [MQTT-3.1.2-24] the exchange cannot go on
            return;
        }

        Span<byte> output = client.Connection.GetOutput(size, dispatcher.Slabs);
        Sent(dispatcher, client, packet.Write(client.Version, output));
    }

    public static void Suback(Dispatcher dispatcher, Client client, in SubackPacket packet)
    {
        int size = packet.Measure(client.Version);
        if (size > client.MaximumPacketSize)
        {
            dispatcher.Packets.Disconnect(client, ReasonCode.PacketTooLarge); // [MQTT-3.1.2-24]
            return;
        }

        Span<byte> output = client.Connection.GetOutput(size, dispatcher.Slabs);
        Sent(dispatcher, client, packet.Write(client.Version, output));
    }

    public static void Unsuback(Dispatcher dispatcher, Client client, in UnsubackPacket packet)
    {
        int size = packet.Measure(client.Version);
        if (size > client.MaximumPacketSize)
        {
            dispatcher.Packets.Disconnect(client, ReasonCode.PacketTooLarge); // [MQTT-3.1.2-24]
            return;
        }

        Span<byte> output = client.Connection.GetOutput(size, dispatcher.Slabs);
        Sent(dispatcher, client, packet.Write(client.Version, output));
    }

    /// <summary>DISCONNECT with a reason, for 5.0 clients; 3.x has no such packet from a server.</summary>
    public static void Disconnect(
        Dispatcher dispatcher, Client client, ReasonCode reason, ReadOnlySpan<byte> reasonString)
    {
        Span<byte> properties = stackalloc byte[ReasonText.PropertyBytesMax];
        var writer = new PropertyWriter(properties);
        if (!reasonString.IsEmpty)
        {
            writer.Write(PropertyIdentifier.ReasonString, reasonString);
        }

        var packet = new DisconnectPacket { ReasonCode = reason, Properties = writer.Written };
        if (packet.Measure(client.Version) > client.MaximumPacketSize)
        {
            packet = new DisconnectPacket { ReasonCode = reason }; // [MQTT-3.14.2-3]
        }

        Span<byte> output = client.Connection.GetOutput(packet.Measure(client.Version), dispatcher.Slabs);
        Sent(dispatcher, client, packet.Write(client.Version, output));
    }

    private static void Sent(Dispatcher dispatcher, Client client, int bytes, int packets = 1)
    {
        client.Connection.Advance(bytes);
        client.ReplyBytes += bytes;
        dispatcher.MarkDirty(client, bytes);
        dispatcher.Metrics.PacketsSent += packets;
    }
}

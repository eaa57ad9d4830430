// The small packets the broker answers with, appended to a client's output. All of them go out with the one send at the
// end of the tick.

using System.Buffers.Binary;
using FastMqtt.Broker.Handlers;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal static class Reply
{
    /// <summary>An acknowledgement without reason code.</summary>
    public const int AcknowledgementBytes = 4;

    /// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP. 3.x clients and Success get the four-byte form.</summary>
    /// <param name="dispatcher">The client's.</param>
    /// <param name="client">Who is answered.</param>
    /// <param name="type">What it gets.</param>
    /// <param name="packetIdentifier">Of the exchange.</param>
    /// <param name="reason">Of the answer.</param>
    /// <param name="pledge">What the answer waits for; 0: nothing but the answers before it.</param>
    public static void Acknowledge(
        Dispatcher dispatcher,
        Client client,
        PacketType type,
        ushort packetIdentifier,
        ReasonCode reason,
        long pledge = 0)
    {
        bool withReason = client.IsMqtt5 && reason != ReasonCode.Success;
        int size = withReason ? AcknowledgementBytes + 1 : AcknowledgementBytes;
        Span<byte> output = GetOutput(dispatcher, client, AcknowledgementBytes + 1, pledge);
        int flags = type == PacketType.Pubrel ? 2 : 0; // [MQTT-3.6.1-1]
        BinaryPrimitives.WriteInt32BigEndian(
            output, (((int)type << 4) | flags) << 24 | (size - 2) << 16 | packetIdentifier);
        output[AcknowledgementBytes] = (byte)reason;
        Sent(dispatcher, client, size, 1, pledge);
    }

    /// <summary>PUBACK or PUBREC for every frame of a burst, in its order. [MQTT-4.6.0-2] [MQTT-4.6.0-3]</summary>
    public static void AcknowledgeBurst(
        Dispatcher dispatcher, Client client, PacketType type, in PublishBurst burst, ReasonCode reason, long pledge)
    {
        bool withReason = client.IsMqtt5 && reason != ReasonCode.Success;
        int size = withReason ? AcknowledgementBytes + 1 : AcknowledgementBytes;
        Span<byte> output = GetOutput(dispatcher, client, (burst.Count * size) + 1, pledge);
        int head = ((int)type << 28) | ((size - 2) << 16);
        int at = 0;
        for (int offset = 0; offset < burst.Frames.Length; at += size)
        {
            FixedHeader header = burst.HeaderAt(offset);
            BinaryPrimitives.WriteInt32BigEndian(output[at..], head | burst.IdentifierAt(offset, header));
            output[at + AcknowledgementBytes] = (byte)reason;
            offset += header.TotalLength;
        }

        Sent(dispatcher, client, at, burst.Count, pledge);
    }

    /// <summary>The answers to the first packets of a run of acknowledgements: the same identifiers in order.</summary>
    public static void AcknowledgeRun(
        Dispatcher dispatcher, Client client, PacketType type, ReadOnlySpan<byte> run, int count, long pledge)
    {
        if (count == 0)
        {
            return;
        }

        int bytes = count * AcknowledgementBytes;
        Span<byte> output = GetOutput(dispatcher, client, bytes, pledge);
        run[..bytes].CopyTo(output);
        int flags = type == PacketType.Pubrel ? 2 : 0; // [MQTT-3.6.1-1]
        for (int at = 0; at < bytes; at += AcknowledgementBytes)
        {
            output[at] = (byte)(((int)type << 4) | flags);
        }

        Sent(dispatcher, client, bytes, count, pledge);
    }

    public static void Pingresp(Dispatcher dispatcher, Client client)
    {
        Span<byte> output = GetAtOnce(dispatcher, client, 2);
        output[0] = (int)PacketType.Pingresp << 4;
        output[1] = 0;
        SentAtOnce(dispatcher, client, 2);
    }

    public static void Connack(Dispatcher dispatcher, Client client, in ConnackPacket packet, long pledge = 0)
    {
        Span<byte> output = GetOutput(dispatcher, client, packet.Measure(client.Version), pledge);
        Sent(dispatcher, client, packet.Write(client.Version, output), 1, pledge);
    }

    public static void Auth(Dispatcher dispatcher, Client client, in AuthPacket packet)
    {
        int size = packet.Measure(client.Version);
        if (size > client.MaximumPacketSize)
        {
            dispatcher.Connections.Close(client); // [MQTT-3.1.2-24] the exchange cannot go on
            return;
        }

        Span<byte> output = GetAtOnce(dispatcher, client, size);
        SentAtOnce(dispatcher, client, packet.Write(client.Version, output));
    }

    public static void Suback(Dispatcher dispatcher, Client client, in SubackPacket packet, long pledge)
    {
        int size = packet.Measure(client.Version);
        if (size > client.MaximumPacketSize)
        {
            dispatcher.Packets.Disconnect(client, ReasonCode.PacketTooLarge); // [MQTT-3.1.2-24]
            return;
        }

        Span<byte> output = GetOutput(dispatcher, client, size, pledge);
        Sent(dispatcher, client, packet.Write(client.Version, output), 1, pledge);
    }

    public static void Unsuback(Dispatcher dispatcher, Client client, in UnsubackPacket packet, long pledge)
    {
        int size = packet.Measure(client.Version);
        if (size > client.MaximumPacketSize)
        {
            dispatcher.Packets.Disconnect(client, ReasonCode.PacketTooLarge); // [MQTT-3.1.2-24]
            return;
        }

        Span<byte> output = GetOutput(dispatcher, client, size, pledge);
        Sent(dispatcher, client, packet.Write(client.Version, output), 1, pledge);
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
        SentAtOnce(dispatcher, client, packet.Write(client.Version, output));
    }

    // Room for a reply: in the output, or behind the replies that wait for the disk.
    private static Span<byte> GetOutput(Dispatcher dispatcher, Client client, int size, long pledge) =>
        pledge == 0 && client.Held is not { IsHolding: true }
            ? client.Connection.GetOutput(size, dispatcher.Slabs)
            : (client.Held ??= new HeldReplies()).GetRoom(size);

    private static void Sent(Dispatcher dispatcher, Client client, int bytes, int packets, long pledge)
    {
        client.ReplyBytes += bytes;
        dispatcher.Metrics.PacketsSent += packets;
        if (pledge == 0 && client.Held is not { IsHolding: true })
        {
            client.Connection.Advance(bytes);
            dispatcher.MarkDirty(client, bytes);
        }
        else
        {
            client.Held!.Advance(client, bytes, pledge, dispatcher.Journal!.Pledges);
        }
    }

    // What promises nothing overtakes what waits, but for a CONNACK, which is the first packet. [MQTT-3.2.0-1]
    private static Span<byte> GetAtOnce(Dispatcher dispatcher, Client client, int size) => client.IsConnackHeld
        ? client.Held!.GetRoom(size)
        : client.Connection.GetOutput(size, dispatcher.Slabs);

    private static void SentAtOnce(Dispatcher dispatcher, Client client, int bytes)
    {
        if (client.IsConnackHeld)
        {
            Sent(dispatcher, client, bytes, 1, pledge: 0);
            return;
        }

        client.Connection.Advance(bytes);
        client.ReplyBytes += bytes;
        dispatcher.MarkDirty(client, bytes);
        dispatcher.Metrics.PacketsSent++;
    }
}

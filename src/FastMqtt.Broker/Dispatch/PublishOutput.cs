// A PUBLISH into the output of one client, once it is decided that it goes there now (Outbound, Backlog): as a copy of
// the received bytes where they are what the client must get, else behind a head that others of its kind share, else
// behind a head of its own. A large payload that many receive is not copied: the output refers to it.
// One per dispatcher; works only on connections of its own dispatcher.

using System.Buffers.Binary;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class PublishOutput(Dispatcher dispatcher)
{
    // Behind a mount point every client sees other topics: no head of theirs is anybody else's.
    private readonly PublishEncoder _mountEncoder = new();

    /// <summary>
    /// Appends one PUBLISH. False: larger than the client takes; it is dropped for this client and counted.
    /// </summary>
    public bool Append(
        PublishEncoder encoder, Client client, ref Message message, in Delivery delivery, ushort id, bool duplicate) =>
        client.MountPoint is null
            ? AppendPlain(encoder, client, ref message, in delivery, id, duplicate)
            : AppendMounted(client, in message, in delivery, id, duplicate);

    /// <summary>Appends a burst as it was received.</summary>
    public void AppendBurst(Client client, in PublishBurst burst)
    {
        burst.Frames.CopyTo(client.Connection.GetOutput(burst.Frames.Length, dispatcher.Slabs));
        client.Connection.Advance(burst.Frames.Length);
        Count(client, burst.Count, burst.Frames.Length, burst.PayloadBytesOfAll());
    }

    /// <summary>So many messages were appended to a client's output.</summary>
    public void Count(Client client, int messages, int bytes, int payloadBytes)
    {
        dispatcher.MarkDirty(client, bytes);
        dispatcher.Metrics.PacketsSent += messages;
        dispatcher.Metrics.PublishSent += messages;
        dispatcher.Metrics.PublishBytesSent += payloadBytes;
    }

    /// <summary>
    /// A PUBLISH with the topic as a client behind a mount point sees it. False also: there is no such topic, as of
    /// the mount point itself, which a subscription to all that is below it matches.
    /// </summary>
    private bool AppendMounted(
        Client client, in Message message, in Delivery delivery, ushort id, bool duplicate)
    {
        byte[] mountPoint = client.MountPoint!;
        if (message.Topic.Length <= mountPoint.Length || !message.Topic.StartsWith(mountPoint))
        {
            return false;
        }

        Message seen = message;
        seen.Topic = message.Topic[mountPoint.Length..];
        seen.Frame = default;
        _mountEncoder.Begin();
        return AppendPlain(_mountEncoder, client, ref seen, in delivery, id, duplicate);
    }

    private bool AppendPlain(
        PublishEncoder encoder, Client client, ref Message message, in Delivery delivery, ushort id, bool duplicate)
    {
        bool mqtt5 = client.IsMqtt5;
        bool hasIdentifiers = delivery.SubscriptionIdentifier != 0 || delivery.Origin is uint[];
        if (mqtt5 && (hasIdentifiers || client.OutgoingAliases is not null))
        {
            return AppendOwn(client, ref message, in delivery, id, duplicate);
        }

        int payloadBytes = message.Payload.Length;
        bool byReference = payloadBytes >= Limits.ReferencePayloadBytes && message.Held is not null;
        if (id == 0 && !byReference && !message.Frame.IsEmpty && message.FrameIsMqtt5 == mqtt5)
        {
            return AppendFrame(client, ref message, in delivery);
        }

        ReadOnlySpan<byte> head = encoder.Head(
            in message, PublishEncoder.LayoutOf(mqtt5, delivery.QoS), dispatcher.Now, out int identifierOffset);
        int total = head.Length + payloadBytes;
        if (total > client.MaximumPacketSize)
        {
            dispatcher.Drops.Add(DropReason.TooLarge, client.Session!, in message); // [MQTT-3.1.2-25]
            return false;
        }

        Span<byte> output = client.Connection.GetOutput(byReference ? head.Length : total, dispatcher.Slabs);
        head.CopyTo(output);
        Finish(client, ref message, output, head.Length, in delivery, id, identifierOffset, duplicate, byReference);
        return true;
    }

    /// <summary>
    /// A QoS 0 subscriber of the publisher's version gets the received bytes with their flags replaced.
    /// </summary>
    private bool AppendFrame(Client client, ref Message message, in Delivery delivery)
    {
        int total = message.Frame.Length;
        if (total > client.MaximumPacketSize)
        {
            dispatcher.Drops.Add(DropReason.TooLarge, client.Session!, in message);
            return false;
        }

        Span<byte> output = client.Connection.GetOutput(total, dispatcher.Slabs);
        message.Frame.CopyTo(output);
        output[0] = FirstByte(in delivery, duplicate: false);
        client.Connection.Advance(total);
        Count(client, 1, total, message.Payload.Length);
        return true;
    }

    /// <summary>A head for this receiver alone: Subscription Identifiers, Topic Alias.</summary>
    private bool AppendOwn(Client client, ref Message message, in Delivery delivery, ushort id, bool duplicate)
    {
        uint single = delivery.SubscriptionIdentifier;
        ReadOnlySpan<uint> identifiers = delivery.Origin is uint[] several ? several
            : single != 0 ? new ReadOnlySpan<uint>(in single)
            : default;
        int payloadBytes = message.Payload.Length;
        bool byReference = payloadBytes >= Limits.ReferencePayloadBytes && message.Held is not null;
        int room = PublishEncoder.Room(in message) + (5 * identifiers.Length);
        bool nearLimit = room + payloadBytes > client.MaximumPacketSize;
        if (nearLimit && !FitsExactly(client, in message, id, identifiers))
        {
            dispatcher.Drops.Add(DropReason.TooLarge, client.Session!, in message); // [MQTT-3.1.2-25]
            return false;
        }

        int alias = nearLimit ? 0 : client.OutgoingAliases?.Use(message.Topic) ?? 0;
        Span<byte> output = client.Connection.GetOutput(byReference ? room : room + payloadBytes, dispatcher.Slabs);
        int head = PublishEncoder.WriteOwn(
            output, in message, id != 0, identifiers, alias, dispatcher.Now, out int identifierOffset);
        Finish(client, ref message, output, head, in delivery, id, identifierOffset, duplicate, byReference);
        return true;
    }

    // Rare: the packet is within some 40 bytes of the client's limit, or over it. Near the limit no alias is used.
    private bool FitsExactly(Client client, in Message message, ushort id, ReadOnlySpan<uint> identifiers)
    {
        byte[] scratch = new byte[PublishEncoder.Room(in message) + (5 * identifiers.Length)];
        int head = PublishEncoder.WriteOwn(scratch, in message, id != 0, identifiers, 0, dispatcher.Now, out _);
        return head + message.Payload.Length <= client.MaximumPacketSize;
    }

    private void Finish(
        Client client,
        ref Message message,
        Span<byte> output,
        int head,
        in Delivery delivery,
        ushort id,
        int identifierOffset,
        bool duplicate,
        bool byReference)
    {
        output[0] = FirstByte(in delivery, duplicate);
        if (id != 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(output[identifierOffset..], id);
        }

        Connection connection = client.Connection;
        if (byReference)
        {
            Publication held = message.Held!;
            connection.Advance(head);
            connection.AppendReference(held.Slab, held.PayloadOffset, message.Payload.Length, dispatcher.Slabs);
        }
        else
        {
            message.Payload.CopyTo(output[head..]);
            connection.Advance(head + message.Payload.Length);
        }

        Count(client, 1, head + message.Payload.Length, message.Payload.Length);
    }

    private static byte FirstByte(in Delivery delivery, bool duplicate) =>
        (byte)(((int)PacketType.Publish << 4)
            | (duplicate ? 8 : 0)
            | ((int)delivery.QoS << 1)
            | (delivery.Retain ? 1 : 0));
}

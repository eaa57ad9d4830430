// How a message reaches one session: into the output of its connection, into its window, into its queue, or dropped
// with a count. Order: per session and QoS, what was delivered first is sent first: nothing overtakes the queue.
// A QoS 1 or 2 message is in exactly one place: queue or window, owning one reference there.
// One per dispatcher; works only on sessions of its own dispatcher.

using System.Buffers.Binary;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Outbound(Dispatcher dispatcher)
{
    private readonly PublishEncoder _encoder = new();

    // Behind a mount point every client sees other topics: no head of theirs is anybody else's.
    private readonly PublishEncoder _mountEncoder = new();

    /// <summary>Starts a message: its heads are encoded once, at the first receiver of each layout.</summary>
    public void Begin(ref Message message, int receivers)
    {
        _encoder.Begin();
        if (receivers > 1 && message.Payload.Length >= Limits.ReferencePayloadBytes)
        {
            message.Hold(dispatcher.Publications); // many receivers of a large payload share one copy
        }
    }

    public void Deliver(Session session, ref Message message, in Delivery delivery)
    {
        if (MayReceive(session, ref message))
        {
            Deliver(_encoder, session, ref message, in delivery);
        }
    }

    /// <summary>Whether access rules let a session have a message. A burst is of one topic: one look for all.</summary>
    public bool MayReceive(Session session, ref Message message) =>
        session.Access is null || IsAllowed(session, session.Access, ref message);

    /// <summary>
    /// Gives a burst to one subscriber: as one copy if it may have the received bytes, else one by one.
    /// </summary>
    public void DeliverBurst(Session session, uint identifier, ref Message first, in PublishBurst burst)
    {
        if (!MayReceive(session, ref first))
        {
            return;
        }

        bool mayQueue = dispatcher.Options.QueueQoS0Messages;
        if (session.Receiver is not { } client)
        {
            if (mayQueue || session.InProcess is not null)
            {
                DeliverEach(session, identifier, ref first, in burst);
            }

            return; // at most once: nobody is there
        }

        if (client.Connection.PendingBytes > Limits.OutputBytesMax)
        {
            dispatcher.Drops.Add(
                DropReason.SlowReceiver, session, first.Topic, burst.PayloadBytesOfAll(), burst.Count);
            return;
        }

        bool asReceived = client.IsMqtt5 == first.FrameIsMqtt5
            && identifier == 0
            && client.MountPoint is null
            && !mayQueue
            && client.OutgoingAliases is null
            && PublishBurst.FrameBytesMax <= client.MaximumPacketSize;
        if (asReceived)
        {
            burst.Frames.CopyTo(client.Connection.GetOutput(burst.Frames.Length, dispatcher.Slabs));
            client.Connection.Advance(burst.Frames.Length);
            Count(client, burst.Count, burst.Frames.Length, burst.PayloadBytesOfAll());
            return;
        }

        DeliverEach(session, identifier, ref first, in burst);
    }

    private void DeliverEach(Session session, uint identifier, ref Message first, in PublishBurst burst)
    {
        var delivery = new Delivery(QualityOfService.AtMostOnce, false, identifier, null);
        int offset = 0;
        while (burst.TryNext(ref offset, ref first))
        {
            _encoder.Begin();
            Deliver(_encoder, session, ref first, in delivery);
            first.Drop(dispatcher.Publications); // what its queue does not hold
        }
    }

    /// <summary>
    /// How many messages of a burst of QoS 1 or 2 may go to a session as one block now. 0: one by one.
    /// </summary>
    public int BlockRoom(Session session, in Delivery delivery, in Message first, int bytes)
    {
        if (delivery.QoS == QualityOfService.AtMostOnce
            || delivery.SubscriptionIdentifier != 0
            || session.Receiver is not { } client
            || client.IsMqtt5 != first.FrameIsMqtt5
            || client.OutgoingAliases is not null
            || client.MountPoint is not null
            || dispatcher.Options.MaximumInflightBytes != 0
            || client.MaximumPacketSize < PublishBurst.FrameBytesMax
            || client.Connection.PendingBytes + bytes > Limits.OutputBytesHigh
            || session.Durable is { } durable && !MaySendAtOnce(durable, delivery.QoS)
            || IsWaiting(session))
        {
            return 0;
        }

        return session.Inflight?.Room(client.Window) ?? client.Window;
    }

    private bool IsAllowed(Session session, SessionAccess access, ref Message message)
    {
        if (message.TopicHash == 0)
        {
            message.TopicHash = dispatcher.Shared.Subscriptions.Hasher.Hash(message.Topic);
        }

        if (access.Check(AccessKind.Receive, message.Topic, message.TopicHash, dispatcher.Now) == AccessVerdict.Allowed)
        {
            return true;
        }

        dispatcher.Drops.Add(DropReason.AccessDenied, session, in message);
        if (session.Client is { } client)
        {
            dispatcher.Shared.Log.Denied(dispatcher, client, AccessKind.Receive, message.Topic);
        }

        return false;
    }

    // QoS 2 waits for the commit; a disk that fails makes every message a question of its own.
    private static bool MaySendAtOnce(DurableSession session, QualityOfService qos) =>
        !session.Journal.Waits || (qos == QualityOfService.AtLeastOnce && !session.Journal.IsRefusing);

    // Messages are waiting that must not be overtaken.
    private static bool IsWaiting(Session session) =>
        session.Queue is { Count: > 0 } || session.Inflight is { HasResend: true };

    public static bool HasOutputRoom(Client client) => client.Connection.PendingBytes <= Limits.OutputBytesHigh;

    /// <summary>Whether window and socket take another message of QoS 1 or 2.</summary>
    public bool HasRoom(Session session, Client client) =>
        HasOutputRoom(client)
        && (session.Inflight is not { } inflight || (inflight.HasRoom(client.Window) && HasByteRoom(inflight)));

    public bool MayResend(InflightWindow inflight, Client client) =>
        inflight.MayResend(client.Window)
        && HasByteRoom(inflight)
        && (dispatcher.Journal is not { } journal || journal.MaySend(inflight.NextResend.Stored.Batch));

    // A message larger than the limit goes when nothing else is on its way.
    private bool HasByteRoom(InflightWindow inflight) =>
        dispatcher.Options.MaximumInflightBytes is var most && (most == 0 || inflight.OutstandingBytes < most);

    /// <summary>Past access rules, with heads of its own.</summary>
    public void Deliver(PublishEncoder encoder, Session session, ref Message message, in Delivery delivery)
    {
        Client? client = session.Receiver;
        if (client is null && session.InProcess is { } subscription && subscription.TryTake(ref message, in delivery))
        {
            return;
        }

        if (delivery.QoS == QualityOfService.AtMostOnce)
        {
            if (dispatcher.Options.QueueQoS0Messages
                && (client is null || session.Queue is { AtMostOnceCount: > 0 } or { HasSegments: true }))
            {
                Enqueue(session, ref message, in delivery); // for who comes back, or behind what waits for them
                return;
            }

            if (client is null)
            {
                return; // at most once: nobody is there
            }

            if (client.Connection.PendingBytes > Limits.OutputBytesMax)
            {
                dispatcher.Drops.Add(DropReason.SlowReceiver, session, in message);
                return;
            }

            SendOnce(encoder, client, ref message, in delivery);
            return;
        }

        if (session.Durable is { } durable && !MayStore(durable, in message))
        {
            return;
        }

        if (client is null || IsBehindOthers(session) || !HasRoom(session, client))
        {
            Enqueue(session, ref message, in delivery);
            return;
        }

        Send(encoder, session, client, ref message, in delivery);
    }

    // What waits in the window for its commit is no reason to queue: the next one stands behind it there. What is to be
    // sent again is: it has no place in the new connection's window yet, and the next one must not take it.
    private static bool IsBehindOthers(Session session) => session.Durable is { Journal.Waits: true }
        ? session.Queue is { Count: > 0 }
            || session.Inflight is { HasResend: true, NextResend.CountsAgainstWindow: false }
        : IsWaiting(session);

    // False: it has the message, or the disk fails and the publisher can be told so.
    private bool MayStore(DurableSession session, in Message message)
    {
        if (!message.Exchange.IsNone
            && dispatcher.Shared.HalfDelivered is { } half
            && half.Has(message.Exchange, session.Id))
        {
            return false;
        }

        Journal journal = session.Journal;
        if (!journal.MayRefuse || !journal.IsRefusing)
        {
            return true;
        }

        journal.HasRefused = true;
        return false;
    }

    /// <summary>Sends a message of QoS 0.</summary>
    public void SendOnce(PublishEncoder encoder, Client client, ref Message message, in Delivery delivery)
    {
        if (dispatcher.Hooks?.MayDeliver(client, in message, in delivery) != false)
        {
            Append(encoder, client, ref message, in delivery, 0, duplicate: false);
        }
    }

    /// <summary>
    /// Sends a message of QoS 1 or 2, for which there is room; or gives it its identifier and lets it wait in the
    /// window until that is durable.
    /// </summary>
    public void Send(
        PublishEncoder encoder,
        Session session,
        Client client,
        ref Message message,
        in Delivery delivery,
        in StoredMessage queued = default)
    {
        if (dispatcher.Hooks?.MayDeliver(client, in message, in delivery) == false)
        {
            if (queued.IsStored)
            {
                session.Durable?.Journal.Done(session.Durable, in queued);
            }

            return;
        }

        Publication publication = message.Hold(dispatcher.Publications);
        InflightWindow inflight = session.Inflight ??= new InflightWindow();
        publication.AddReference();
        bool isHeld = session.Durable is { Journal.Waits: true }
            && (delivery.QoS == QualityOfService.ExactlyOnce || inflight.HasResend);
        ushort id = inflight.Add(publication, in delivery, default, isHeld); // [MQTT-2.2.1-4] one not in use
        if (session.Durable is { } durable)
        {
            inflight[id].Stored = queued.IsStored
                ? durable.Journal.Sent(durable, in queued, id, delivery.QoS)
                : durable.Journal.Add(durable, publication, in delivery, id);
            if (isHeld)
            {
                durable.Journal.WaitForCommit(durable);
                return;
            }
        }

        if (!Append(encoder, client, ref message, in delivery, id, duplicate: false))
        {
            GiveUp(session, inflight, id);
        }
    }

    /// <summary>A message of the window that this client cannot get.</summary>
    public void GiveUp(Session session, InflightWindow inflight, ushort id)
    {
        session.Durable?.Journal.Done(session.Durable, inflight[id].Stored);
        dispatcher.Publications.Release(inflight.Complete(id)!);
    }

    private bool DropExpired(Session session, MessageQueue queue) => queue.RemoveExpired(
        dispatcher.Publications,
        dispatcher.Now,
        (dispatcher.Drops, session),
        static (to, expired) => to.Drops.Add(DropReason.Expired, to.session, expired.Topic, expired.PayloadBytes));

    private void Enqueue(Session session, ref Message message, in Delivery delivery)
    {
        MessageQueue queue = session.Queue ??= new MessageQueue(session.Durable);
        BrokerOptions options = dispatcher.Options;
        bool full = (queue.Count >= options.MaximumQueuedMessages && options.MaximumQueuedMessages != 0)
            || (queue.Bytes >= options.MaximumQueuedBytes && options.MaximumQueuedBytes != 0);
        if (full && !DropExpired(session, queue))
        {
            dispatcher.Drops.Add(DropReason.QueueFull, session, in message);
            session.InProcess?.OnQueueFull();
            return;
        }

        Publication publication = message.Hold(dispatcher.Publications);
        publication.AddReference();
        StoredMessage stored = session.Durable is not { } durable ? default
            : delivery.QoS == QualityOfService.AtMostOnce ? Journal.Pass(durable)
            : durable.Journal.Add(durable, publication, in delivery, 0);
        queue.Enqueue(new QueuedMessage(publication, delivery, stored));
        if (session is { Client: null, Durable: { } absent })
        {
            absent.Journal.PackIfMuch(absent, queue);
        }
    }

    /// <summary>
    /// Appends one PUBLISH. False: larger than the client takes; it is dropped for this client and counted.
    /// </summary>
    public bool Append(
        PublishEncoder encoder, Client client, ref Message message, in Delivery delivery, ushort id, bool duplicate) =>
        client.MountPoint is null
            ? AppendPlain(encoder, client, ref message, in delivery, id, duplicate)
            : AppendMounted(client, in message, in delivery, id, duplicate);

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

    /// <summary>So many messages were appended to a client's output.</summary>
    public void Count(Client client, int messages, int bytes, int payloadBytes)
    {
        dispatcher.MarkDirty(client, bytes);
        dispatcher.Metrics.PacketsSent += messages;
        dispatcher.Metrics.PublishSent += messages;
        dispatcher.Metrics.PublishBytesSent += payloadBytes;
    }
}

// How a message reaches one session: into the output of its connection, into its window, into its queue, or dropped
// with a count. Order: per session and QoS, what was delivered first is sent first: nothing overtakes the queue.
// A QoS 1 or 2 message is in exactly one place: queue or window, owning one reference there.
// One per dispatcher; works only on sessions of its own dispatcher.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Outbound(Dispatcher dispatcher)
{
    private readonly PublishEncoder _encoder = new();
    private readonly PublishOutput _output = dispatcher.PublishOutput;

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
            _output.AppendBurst(client, in burst);
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
            _output.Append(encoder, client, ref message, in delivery, 0, duplicate: false);
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

        if (!_output.Append(encoder, client, ref message, in delivery, id, duplicate: false))
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
}

// What waits for a session goes on: messages of an earlier connection, then the queue, then retained messages, as far
// as window and socket allow. Called before a connection is flushed, and when an acknowledgement or a writable event
// has made room. Nothing here overtakes anything: what is delivered live meanwhile stands behind the queue (Outbound).
// One per dispatcher.

using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Backlog(Dispatcher dispatcher)
{
    /// <summary>
    /// Steps of a walk through the retained messages that may find nothing to send before the others get their turn;
    /// the walk goes on in the next tick. A step is up to 50 us.
    /// </summary>
    private const int RetainedIdleSteps = 32;

    // Its own: a flush inside a fan-out pumps other sessions, and their messages must not overwrite its heads.
    private readonly PublishEncoder _encoder = new();
    private readonly Outbound _outbound = dispatcher.Outbound;
    private readonly Publication[] _retained = new Publication[1];

    /// <summary>Moves the backlog of a session into its output as far as window and socket allow.</summary>
    public void Pump(Client client)
    {
        if (client.Session is not { HasBacklog: true } session || client.IsConnackHeld) // [MQTT-3.2.0-1]
        {
            return;
        }

        if (session.Inflight is { } inflight)
        {
            while (_outbound.MayResend(inflight, client) && Outbound.HasOutputRoom(client))
            {
                Resend(session, client, inflight, inflight.TakeResend());
            }

            if (inflight.HasResend && session.Durable is { } durable)
            {
                durable.Journal.WaitForCommit(durable);
            }
        }

        if (session.Queue is { } queue)
        {
            while (queue.Count > 0
                && !MustResendFirst(session)
                && _outbound.HasRoom(session, client)
                && queue.TryDequeue(out QueuedMessage queued))
            {
                SendQueued(session, client, in queued);
            }

            LookAtSegments(session, queue);
        }

        PumpRetained(session, client);
    }

    /// <summary>Whether <see cref="Pump"/> would move something now.</summary>
    public bool CanPump(Session session, Client client) =>
        session.HasBacklog
        && !client.IsConnackHeld
        && Outbound.HasOutputRoom(client)
        && ((session.Inflight is { } inflight && _outbound.MayResend(inflight, client))
            || (HasReady(session) && _outbound.HasRoom(session, client)));

    /// <summary>
    /// Sends PUBRELs of an earlier connection again, and lets <see cref="Pump"/> send its PUBLISHes again.
    /// </summary>
    public void BeginResend(Session session, Client client)
    {
        if (session.Inflight is not { Count: > 0 } inflight)
        {
            return;
        }

        inflight.BeginResend(); // [MQTT-4.4.0-1]
        for (ushort id = inflight.FirstReleased; id != 0; id = inflight[id].Next)
        {
            Reply.Acknowledge(dispatcher, client, PacketType.Pubrel, id, ReasonCode.Success);
        }
    }

    // What is to be sent again has no place in the new connection's window yet: nothing else may take it.
    private static bool MustResendFirst(Session session) =>
        session.Inflight is { HasResend: true, NextResend.CountsAgainstWindow: false };

    // What lies on the disk is fetched, and what waits for its commit comes with that.
    private static bool HasReady(Session session) => !MustResendFirst(session)
        && (session.Queue is { Count: > 0 } queue ? queue.IsReady : session.Retained is { Count: > 0 });

    private static void LookAtSegments(Session session, MessageQueue queue)
    {
        if (session.Durable is not { } durable)
        {
            return;
        }

        if (queue.NextSegment is not null)
        {
            durable.Journal.Segments.Fetch(session);
        }
        else if (queue.Count == 0 && durable.Spent.Count > 0 && !durable.IsSaveAsked)
        {
            durable.Journal.SaveSoon(durable);
        }
    }

    private void SendQueued(Session session, Client client, in QueuedMessage queued)
    {
        if (queued.Publication.HasExpired(dispatcher.Now))
        {
            var expired = Message.From(queued.Publication);
            dispatcher.Drops.Add(DropReason.Expired, session, in expired); // [MQTT-3.3.2-5]
            session.Durable?.Journal.Done(session.Durable, queued.Stored);
        }
        else
        {
            var message = Message.From(queued.Publication);
            _encoder.Begin();
            if (queued.Delivery.QoS == QualityOfService.AtMostOnce)
            {
                _outbound.SendOnce(_encoder, client, ref message, queued.Delivery);
            }
            else
            {
                _outbound.Send(_encoder, session, client, ref message, queued.Delivery, queued.Stored);
            }
        }

        dispatcher.Publications.Release(queued.Publication);
    }

    private void Resend(Session session, Client client, InflightWindow inflight, ushort id)
    {
        ref InflightMessage entry = ref inflight[id];
        var message = Message.From(entry.Publication!);
        Delivery delivery = entry.Delivery;
        _encoder.Begin();
        bool duplicate = !entry.IsFirst; // [MQTT-3.3.1-1] [MQTT-3.3.1-2]
        entry.IsFirst = false;
        if (!dispatcher.PublishOutput.Append(_encoder, client, ref message, in delivery, id, duplicate))
        {
            _outbound.GiveUp(session, inflight, id);
        }
    }

    private void PumpRetained(Session session, Client client)
    {
        int idleSteps = 0;
        while (session.Retained is { First: { } first }
            && idleSteps < RetainedIdleSteps
            && session.Queue is not { Count: > 0 }
            && _outbound.HasRoom(session, client))
        {
            int before = client.Connection.PendingBytes;

            // One at a time: what is taken from the store must fit now, it can neither go back nor be dropped.
            if (first.Cursor.TakeStep(_retained, dispatcher.Now) != 0)
            {
                DeliverRetained(session, first.Subscription, _retained[0]);
            }
            else if (first.Cursor.IsFinished)
            {
                session.ForgetRetained(first.Subscription);
            }

            idleSteps += client.Connection.PendingBytes == before ? 1 : 0;
        }
    }

    /// <summary>Gives a session a retained message, if it may still have it. Takes over the reference.</summary>
    public void DeliverRetained(Session session, Subscription subscription, Publication retained)
    {
        var message = Message.From(retained);
        message.Exchange = default; // received long ago
        SubscriptionOptions options = subscription.Options;
        bool isLocal = options.NoLocal && message.Publisher == session.Number; // [MQTT-3.8.3-3]
        if (!isLocal && MayStillBePublished(retained) && _outbound.MayReceive(session, ref message))
        {
            _encoder.Begin();
            QualityOfService qos = message.QoS < options.QoS ? message.QoS : options.QoS;
            var delivery = new Delivery(qos, true, subscription.Identifier, null); // [MQTT3-3.3.1-8]
            dispatcher.Journal?.Origin = new MessageOrigin(OriginKind.Retained);
            _outbound.Deliver(_encoder, session, ref message, in delivery);
            dispatcher.Journal?.Origin = default;
        }

        message.Drop(dispatcher.Publications);
    }

    // Who published it may have lost the right since.
    private bool MayStillBePublished(Publication retained) =>
        retained.Source is null
        || !dispatcher.Options.CheckRetainSource
        || retained.Source.MayStillPublish(retained.Topic);
}

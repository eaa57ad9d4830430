// Sessions coming and going: the connection ends, the will is published or waits, the session waits for its client and
// ends. One per dispatcher. The other half, a client that connects, is ConnectHandler.
//
// Order when a connection ends: the session is detached; messages of shared subscriptions go to other members; the will
// is published, deleted, or its delay starts; a session without expiry ends at once.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Handlers;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Sessions;

internal sealed class SessionLifecycle(Dispatcher dispatcher)
{
    /// <summary>A connection's timer: CONNECT time-out, keep alive, end of lingering.</summary>
    public void OnClientDue(Client client)
    {
        if (client.State != ClientState.Connected)
        {
            if (client.State == ClientState.AwaitingConnect)
            {
                dispatcher.Shared.Log.SentNoConnect(client);
            }

            dispatcher.Connections.Close(client);
            return;
        }

        if (client.Walks > 0 || client.IsAsking || client.ReadPause == ReadPause.Disk)
        {
            client.LastReceivedMilliseconds = dispatcher.Now; // what it sends is not read: it is not known to be silent
        }

        long deadline = client.LastReceivedMilliseconds + client.KeepAliveMilliseconds;
        if (dispatcher.Now < deadline)
        {
            dispatcher.Timers.Arm(client, deadline);
            return;
        }

        dispatcher.Packets.Disconnect(client, ReasonCode.KeepAliveTimeout); // [MQTT-3.1.2-22] [MQTT3-3.1.2-24]
    }

    public void StartKeepAlive(Client client, ushort seconds)
    {
        client.KeepAliveMilliseconds = seconds * 1500;
        dispatcher.Timers.Cancel(client);
        if (seconds != 0)
        {
            dispatcher.Timers.Arm(client, dispatcher.Now + client.KeepAliveMilliseconds);
        }
    }

    /// <summary>The connection of a session has ended or is about to.</summary>
    public void Detach(Client client)
    {
        if (client.Session is not { } session)
        {
            return;
        }

        dispatcher.Hooks?.Disconnected(client);
        client.Session = null;
        session.Client = null;
        if (client.Authentication?.Deadline is { } deadline)
        {
            dispatcher.Timers.Cancel(deadline);
        }

        dispatcher.Metrics.ConnectionsOpen--;
        dispatcher.Shared.Log.Closed(client, session);
        if (dispatcher.IsDraining)
        {
            StoreLeaving(session);
            return; // the broker ends, not the client: no will now, no redelivery
        }

        dispatcher.Shared.Subscriptions.ChangeRanks(session);
        PassOnShared(session, ending: false);
        if (client.DeleteWill)
        {
            DeleteWill(session); // [MQTT-3.1.2-10] [MQTT-3.14.4-3]
        }

        uint expirySeconds = ConnectRules.Expiry(dispatcher.Options, session.ExpiryInterval);
        if (expirySeconds == 0)
        {
            End(session); // [MQTT-4.1.0-2] the session is kept only for its expiry interval
            return;
        }

        if (session.Will is { } will)
        {
            will.DueAtMilliseconds = dispatcher.Now + (will.DelaySeconds * 1000L); // [MQTT-3.1.3-9]
            if (will.DelaySeconds == 0)
            {
                PublishWill(session);
            }
        }

        StoreLeaving(session);
        Await(session, dispatcher.Now);
    }

    /// <summary>The session waits for its client, which left at a time, perhaps before the broker started.</summary>
    public void Await(Session session, long leftAtMilliseconds)
    {
        uint expirySeconds = ConnectRules.Expiry(dispatcher.Options, session.ExpiryInterval);
        session.SinceMilliseconds = leftAtMilliseconds;
        session.Deadline = new SessionDeadline(session)
        {
            ExpiresAtMilliseconds = expirySeconds == Session.NeverExpires // [MQTT-3.1.2-23]
                ? long.MaxValue
                : leftAtMilliseconds + (expirySeconds * 1000L),
        };
        ArmDeadline(session);
    }

    /// <summary>Ends a session whose time has run out while the broker did not run.</summary>
    public bool TryExpire(Session session, long leftAtMilliseconds)
    {
        uint expirySeconds = ConnectRules.Expiry(dispatcher.Options, session.ExpiryInterval);
        if (expirySeconds == Session.NeverExpires
            || leftAtMilliseconds + (expirySeconds * 1000L) > dispatcher.Now)
        {
            return false;
        }

        Expire(session);
        return true;
    }

    /// <summary>Ends a session, perhaps before its time; a connected client is told first.</summary>
    public void Expire(Session session)
    {
        dispatcher.Metrics.SessionsExpired++;
        dispatcher.Hooks?.SessionExpired(session);
        if (session.Client is not { } client)
        {
            End(session);
            return;
        }

        session.ExpiryInterval = 0; // so it ends with its connection
        dispatcher.Packets.Disconnect(client, ReasonCode.AdministrativeAction);
        Detach(client);
    }

    public void OnSessionDue(Session session)
    {
        if (session.Deadline!.ExpiresAtMilliseconds <= dispatcher.Now)
        {
            Expire(session);
            return;
        }

        if (session.Will is { } will && will.DueAtMilliseconds <= dispatcher.Now)
        {
            PublishWill(session);
        }

        ArmDeadline(session);
    }

    /// <summary>A client has taken the session up again: nothing of the offline time is due any more.</summary>
    public void Resume(Session session)
    {
        DropDeadline(session);
        DeleteWill(session); // [MQTT-3.1.3-9] a connection within the delay: the will is not sent
    }

    /// <summary>Ends a session: its will if it has one, then everything it holds.</summary>
    public void End(Session session)
    {
        PublishWill(session); // [MQTT-3.1.2-8] at the latest when the session ends
        PassOnShared(session, ending: true);
        DropDeadline(session);
        foreach (Subscription subscription in session.Subscriptions)
        {
            dispatcher.Shared.Subscriptions.Remove(subscription);
        }

        session.Subscriptions.Clear();
        session.Retained = null;
        session.Durable?.Journal.Rows.DeleteSession(session.Durable);
        session.Queue?.Clear(dispatcher.Publications);
        if (session.Inflight is { } inflight)
        {
            while (inflight.FirstPublished != 0)
            {
                dispatcher.Publications.Release(inflight.Complete(inflight.FirstPublished)!);
            }
        }

        session.Queue = null;
        session.Inflight = null;
        session.Received = null;
        dispatcher.Sessions.Remove(session);
        dispatcher.Metrics.Sessions--;
    }

    public void DeleteWill(Session session)
    {
        if (session.Will is { } will)
        {
            session.Will = null;
            dispatcher.Publications.Release(will.Publication);
        }
    }

    // The store knows from when on its time runs, and which will it has left.
    private void StoreLeaving(Session session)
    {
        if (session.Durable is { IsEnded: false } durable)
        {
            durable.DisconnectedAt = dispatcher.Shared.ToUnix(dispatcher.Now);
            durable.Journal.Rows.PutSession(durable, isPromised: false);
        }
    }

    private void PublishWill(Session session)
    {
        if (session.Will is not { } will)
        {
            return;
        }

        session.Will = null; // [MQTT-3.1.2-10]
        if (session.Durable is { IsEnded: false } durable)
        {
            durable.Journal.Rows.PutSession(durable, isPromised: false); // in the transaction that has what it becomes
        }

        if (will.ExpirySeconds is { } seconds)
        {
            will.Publication.StartExpiry(dispatcher.Now + (seconds * 1000L));
        }

        AccessVerdict verdict = session.Access is { } access ? Judge(access, will.Publication) : AccessVerdict.Allowed;
        if (verdict == AccessVerdict.Ask)
        {
            new WillTask(dispatcher, session, will.Publication).Start();
            return;
        }

        PublishWill(session, will.Publication, verdict == AccessVerdict.Allowed);
    }

    /// <summary>A will that is due, and whether rules let it be published. Takes over its reference.</summary>
    /// <param name="session">Whose will it is; it may have ended.</param>
    /// <param name="will">The message.</param>
    /// <param name="isAllowed">What access rules say.</param>
    /// <param name="answered">What asynchronous hooks have said; null: they were not asked.</param>
    public void PublishWill(Session session, Publication will, bool isAllowed, PublishRequest? answered = null)
    {
        var message = Message.From(will);
        ReasonCode? answer = isAllowed ? null : ReasonCode.NotAuthorized;
        if (isAllowed
            && dispatcher.Hooks?.Publishing is { } hooks
            && !hooks.TryDecide(session, will, answered, ref message, out answer))
        {
            return; // it comes back with their answer
        }

        dispatcher.Packets.Publish.Route(ref message, answer);
        message.Drop(dispatcher.Publications);
    }

    private AccessVerdict Judge(SessionAccess access, Publication will) => access.Check(
        AccessKind.Publish, will.Topic, dispatcher.Shared.Subscriptions.Hasher.Hash(will.Topic), dispatcher.Now);

    private void ArmDeadline(Session session)
    {
        SessionDeadline deadline = session.Deadline!;
        long due = Math.Min(deadline.ExpiresAtMilliseconds, session.Will?.DueAtMilliseconds ?? long.MaxValue);
        if (due != long.MaxValue)
        {
            dispatcher.Timers.Arm(deadline, Math.Max(due, dispatcher.Now));
        }
        else
        {
            session.Deadline = null;
        }
    }

    private void DropDeadline(Session session)
    {
        if (session.Deadline is { } deadline)
        {
            dispatcher.Timers.Cancel(deadline);
            session.Deadline = null;
        }
    }

    /// <summary>
    /// A member that leaves takes nothing with it that it has not acknowledged. QoS 2 messages already sent stay:
    /// another member must not get them. [MQTT-4.8.2-4] [MQTT-4.8.2-5]. While the session lives on, only a connected
    /// member takes over; when it ends, any member does.
    /// </summary>
    public void PassOnShared(Session session, bool ending)
    {
        if (session.Inflight is { } inflight)
        {
            for (ushort id = inflight.FirstPublished; id != 0;)
            {
                ref InflightMessage entry = ref inflight[id];
                ushort next = entry.Next;
                StoredMessage stored = entry.Stored;
                if (entry.Delivery.QoS == QualityOfService.AtLeastOnce
                    && TryPassOn(session, entry.Publication!, entry.Delivery, in stored, ending))
                {
                    dispatcher.Publications.Release(inflight.Complete(id)!);
                }

                id = next;
            }
        }

        if (session.Queue is { } queue)
        {
            queue.RemoveWhere(queued =>
            {
                bool passed = TryPassOn(session, queued.Publication, queued.Delivery, queued.Stored, ending);
                if (passed)
                {
                    dispatcher.Publications.Release(queued.Publication);
                }

                return passed;
            });
            if (ending && queue.HasSegments && session.Subscriptions.HasShared)
            {
                session.Durable!.Journal.Segments.PassOn(
                    session.Durable,
                    queue,
                    (publication, delivery) => TryPassOn(session, publication, in delivery, default, ending: true));
            }
        }
    }

    private bool TryPassOn(
        Session session, Publication publication, in Delivery delivery, in StoredMessage stored, bool ending)
    {
        if (delivery.Origin is not Subscription { Group: not null } leaving)
        {
            return false;
        }

        publication.AddReference();
        var message = Message.From(publication);
        message.Exchange = default; // received long ago: this is no part of that any more
        long elsewhere = dispatcher.Journal?.Elsewhere.Count ?? 0;
        if (session.Durable is { } from)
        {
            var place = new MessagePlace(from.Id, stored.Sequence);
            from.Journal.Origin = new MessageOrigin(OriginKind.PassedOn, from.Journal.PassedOnMessages.Places(place));
        }

        bool passed = dispatcher.FanOut.TryPassOn(ref message, leaving, connectedOnly: !ending);
        dispatcher.Journal?.Origin = default;
        if (passed && stored.IsStored && session.Durable is { } durable)
        {
            bool isElsewhere = durable.Journal.Elsewhere.Count != elsewhere;
            PassedOn(durable, new QueuedMessage(publication, delivery, stored), isElsewhere);
        }

        message.Drop(dispatcher.Publications);
        return passed;
    }

    // Another session has it: at once in the same transaction, or when its dispatcher says that it is durable there.
    private void PassedOn(DurableSession durable, QueuedMessage message, bool isElsewhere)
    {
        Journal journal = durable.Journal;
        if (!isElsewhere)
        {
            journal.PassedOn(durable, message.Stored);
            return;
        }

        message.Publication.AddReference();
        (durable.Leaving ??= []).Add(message.Stored.Sequence, message);
        if (message.Stored.Entry == StoredMessage.InSegment)
        {
            (durable.Holes ??= []).Add(message.Stored.Sequence); // the state has it apart from the segment now
        }

        journal.Pledges.After(journal.Pledge, () =>
        {
            durable.Leaving.Remove(message.Stored.Sequence);
            dispatcher.Publications.Release(message.Publication);
            journal.PassedOn(durable, message.Stored);
        });
    }
}

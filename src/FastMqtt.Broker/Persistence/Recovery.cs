// Brings back what a store holds, before the dispatchers run: sessions on the dispatchers their Client Identifiers
// belong to, subscriptions, retained messages, then the log on top of the states, then clocks and wills. What waits in
// segments stays there. Last, states that the log was ahead of are written again and the log is emptied, so that a
// start after this one has less to do; if the disk does not take that, it stays as it was.
//
// A record that is damaged is left out and counted; the rest is recovered.

using System.Linq;
using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Persistence;

internal sealed class Recovery(BrokerState shared, StoreWriter writer, Func<string, Listener?> findListener)
    : IStoreReader
{
    private readonly Dictionary<long, RecoveredSession> _sessions = [];
    private readonly List<long> _log = [];
    private readonly HalfDelivered _half = new();
    private bool _statesAreRead;
    private long _lastSession;
    private int _subscriptions;
    private int _retained;
    private int _damaged;

    public void Run()
    {
        long began = shared.Timestamp();
        writer.Store.Recover(this);
        ReadStates();
        int inflight = 0;
        foreach (RecoveredSession recovered in _sessions.Values)
        {
            inflight += recovered.WindowCount;
            FillWindow(recovered);
            _damaged += recovered.Restore(PoolOf(recovered.Durable));
        }

        Dictionary<ulong, RecoveredSession> publishers =
            _sessions.Values.ToDictionary(recovered => recovered.Durable.Session.Number);
        _half.Keep((publisher, exchange) => publishers.TryGetValue(publisher, out RecoveredSession? recovered)
            && (exchange.Number > recovered.KnownExchanges || recovered.OpenExchanges.Contains(exchange.Value)));
        foreach (((ulong publisher, ushort _), HalfDelivered.Receivers receivers) in _half.All)
        {
            DurableSession durable = publishers[publisher].Durable;
            durable.Exchanges = Math.Max(durable.Exchanges, receivers.Exchange.Number);
        }

        shared.HalfDelivered = _half.IsEmpty ? null : _half;
        writer.SkipIds(_log.Count > 0 ? _log.Max() : 0, _lastSession);
        writer.SkipIds(_sessions.Values.Select(session => session.LogId).DefaultIfEmpty().Max(), 0);
        Rewrite();
        StartClocks();
        Report(began, inflight);
    }

    public void OnSession(SessionRow session, long logId, ReadOnlySpan<byte> state)
    {
        _lastSession = Math.Max(_lastSession, session.Id);
        Dispatcher owner = shared.Dispatchers[
            SessionDirectory.OwnerOf(session.ClientIdentifier, shared.Dispatchers.Length)];
        if (session.ClientIdentifier.Length == 0 || owner.Sessions.TryFind(session.ClientIdentifier, out _))
        {
            _damaged++;
            return;
        }

        var made = new Session(owner.Id, shared.NumberOf(session.ClientIdentifier), session.ClientIdentifier)
        {
            ExpiryInterval = session.ExpiryInterval,
        };
        made.Durable = new DurableSession(made, owner.Journal!, session.Id)
        {
            DisconnectedAt = session.DisconnectedAt,
            HasAnyOwner = session.Listener == SessionRow.AnyOwner,
        };
        made.Owner = OwnerOf(session);
        owner.Sessions.Add(made);
        owner.Metrics.Sessions++;
        _sessions.Add(session.Id, new RecoveredSession(session, made.Durable, logId, state.ToArray()));
    }

    public void OnSubscription(in SubscriptionRow subscription)
    {
        if (!_sessions.TryGetValue(subscription.Session, out RecoveredSession? recovered)
            || !TopicFilter.IsValid(subscription.Filter))
        {
            _damaged++;
            return;
        }

        Session session = recovered.Durable.Session;
        session.Subscriptions.Add(shared.Subscriptions.Add(
            session,
            subscription.ShareName,
            subscription.Filter,
            new SubscriptionOptions(subscription.Options),
            subscription.Identifier));
        session.FilterBytes += Handlers.SubscribeHandler.CostOf(subscription.Filter);
        _subscriptions++;
    }

    public void OnSegment(in SegmentRow segment)
    {
        if (_sessions.TryGetValue(segment.Session, out RecoveredSession? recovered))
        {
            recovered.AddSegment(in segment);
        }
        else
        {
            _damaged++;
        }
    }

    public void OnRetained(in RetainedRow retained)
    {
        if (!TopicName.IsValid(retained.Topic) || retained.QoS > (byte)QualityOfService.ExactlyOnce)
        {
            _damaged++;
            return;
        }

        var message = new Message
        {
            Topic = retained.Topic,
            Payload = retained.Payload,
            Properties = retained.Properties,
            QoS = (QualityOfService)retained.QoS,
            Retain = true,
            ExpiresAtMilliseconds = retained.ExpiresAt == 0 ? long.MaxValue : shared.ExpiryFromUnix(retained.ExpiresAt),
            Publisher = retained.Publisher,
            Source = AccessOf(retained.Listener, retained.ClientIdentifier, retained.UserName),
        };
        PublicationPool pool = shared.Dispatchers[0].Publications;
        if (shared.Retained.Set(pool.Create(in message)) is { } replaced)
        {
            pool.Release(replaced);
        }

        _retained++;
    }

    public void OnLog(long id, ReadOnlySpan<byte> content)
    {
        ReadStates();
        _log.Add(id);
        try
        {
            Replay(id, RecordReader.Open(content));
        }
        catch (StoreException)
        {
            _damaged++;
        }
    }

    private void Replay(long id, RecordReader reader)
    {
        PublicationPool pool = shared.Dispatchers[0].Publications;
        var messages = new Publication[reader.Count(10)];
        int made = 0;
        try
        {
            for (; made < messages.Length; made++)
            {
                Message message = MessageCodec.Read(ref reader, shared);
                messages[made] = pool.Create(in message);
            }

            for (int left = reader.Count(6); left > 0; left--)
            {
                ReplayDelivery(id, ref reader, messages);
            }
        }
        finally
        {
            for (int i = 0; i < made; i++)
            {
                pool.Release(messages[i]);
            }
        }

        for (int left = reader.Count(3); left > 0; left--)
        {
            ReplayEvent(id, ref reader, pool);
        }
    }

    private void ReplayDelivery(long id, ref RecordReader reader, Publication[] messages)
    {
        int index = (int)Math.Min(reader.Number(), int.MaxValue);
        long sessionId = reader.Long();
        RecoveredSession? recovered = Find(id, sessionId);
        RecoveredSession? receiver = _sessions.GetValueOrDefault(sessionId);
        long sequence = reader.Long();
        ushort identifier = (ushort)reader.Number();
        Delivery delivery = MessageCodec.ReadDelivery(ref reader, receiver?.Durable.Session);
        OriginKind origin = ReplayOrigin(ref reader);
        if (receiver is null || index >= messages.Length)
        {
            return;
        }

        Publication publication = messages[index];
        if (!publication.Exchange.IsNone && origin == OriginKind.Published)
        {
            var through = delivery.Origin as Topics.Subscription;
            _half.Add(publication.Publisher, publication.Exchange, sessionId, through?.Group);
        }

        if (recovered is null)
        {
            return; // its state has the message, or what became of it
        }

        publication.AddReference();
        if (identifier == 0)
        {
            recovered.AddWaiting(sequence, publication, in delivery);
        }
        else
        {
            recovered.AddSent(sequence, publication, in delivery, identifier, isReleased: false);
        }
    }

    // What another session had is over there.
    private OriginKind ReplayOrigin(ref RecordReader reader)
    {
        var kind = (OriginKind)reader.Byte();
        if (kind == OriginKind.PassedOn)
        {
            long session = reader.Long();
            long sequence = reader.Long();
            if (_sessions.TryGetValue(session, out RecoveredSession? had))
            {
                had.OnDone(sequence, PoolOf(had.Durable));
            }
        }

        return kind;
    }

    private void ReplayEvent(long id, ref RecordReader reader, PublicationPool pool)
    {
        var kind = (LogEvent)reader.Byte();
        long sessionId = reader.Long();
        RecoveredSession? recovered = Find(id, sessionId);
        long value = reader.Long();
        if (kind == LogEvent.Received && _sessions.TryGetValue(sessionId, out RecoveredSession? publisher))
        {
            _half.Resolve(publisher.Durable.Session.Number, new Exchange(value));
            publisher.Durable.Exchanges = Math.Max(publisher.Durable.Exchanges, new Exchange(value).Number);
        }

        ushort identifier = kind == LogEvent.Sent ? (ushort)reader.Number() : (ushort)0;
        if (kind is LogEvent.HalfDelivered or LogEvent.HalfShared)
        {
            ReplayHalf(kind, sessionId, new Exchange(value), ref reader);
            return;
        }

        if (recovered is null)
        {
            return;
        }

        Session session = recovered.Durable.Session;
        switch (kind)
        {
            case LogEvent.Sent:
                recovered.OnSent(value, identifier);
                break;
            case LogEvent.Done:
                recovered.OnDone(value, pool);
                break;
            case LogEvent.Released:
                recovered.OnReleased(value, pool);
                break;
            case LogEvent.Received:
                (session.Received ??= new PacketIdentifierSet()).Add((ushort)value);
                break;
            case LogEvent.Unreceived:
                session.Received?.Remove((ushort)value);
                break;
            default:
                throw RecordReader.Damaged();
        }
    }

    private void ReplayHalf(LogEvent kind, long session, Exchange exchange, ref RecordReader reader)
    {
        ulong publisher = reader.Fixed();
        SharedGroup? group = null;
        if (kind == LogEvent.HalfShared)
        {
            ReadOnlySpan<byte> shareName = reader.Bytes();
            ReadOnlySpan<byte> filter = reader.Bytes();
            RecoveredSession? member = _sessions.GetValueOrDefault(session);
            group = member?.Durable.Session.Subscriptions.Find(shareName, filter)?.Group;
        }

        if (kind == LogEvent.HalfDelivered || group is not null)
        {
            _half.Add(publisher, exchange, session, group);
        }
    }

    private IEnumerable<StoreBatch> HalfDelivered()
    {
        foreach (((ulong publisher, ushort _), HalfDelivered.Receivers receivers) in _half.All)
        {
            receivers.LogId = writer.NextLogId();
            var batch = new JournalBatch(shared.Dispatchers[0].Journal!) { LogId = receivers.LogId };
            batch.AddHalf(publisher, receivers);
            batch.Seal(shared, shared.Dispatchers[0].Publications);
            yield return batch;
        }
    }

    // The session that an entry of the log is about; null: it is gone, or has it in its state.
    private RecoveredSession? Find(long logId, long session)
    {
        _lastSession = Math.Max(_lastSession, session);
        if (!_sessions.TryGetValue(session, out RecoveredSession? recovered) || logId <= recovered.LogId)
        {
            return null;
        }

        recovered.IsDirty = true;
        return recovered;
    }

    // States name shared subscriptions: they are read when those are there.
    private void ReadStates()
    {
        if (_statesAreRead)
        {
            return;
        }

        _statesAreRead = true;
        foreach (RecoveredSession recovered in _sessions.Values)
        {
            if (recovered.State.Length == 0)
            {
                continue;
            }

            try
            {
                ReadState(recovered, RecordReader.Open(recovered.State));
            }
            catch (StoreException)
            {
                _damaged++;
            }
        }
    }

    private void ReadState(RecoveredSession recovered, RecordReader reader)
    {
        DurableSession durable = recovered.Durable;
        durable.LastSequence = reader.Long();
        recovered.SkipBefore = reader.Long();
        durable.Exchanges = recovered.KnownExchanges = reader.Long();
        for (int left = reader.Count(1); left > 0; left--)
        {
            recovered.OpenExchanges.Add(reader.Long());
        }

        for (int left = reader.Count(1); left > 0; left--)
        {
            (durable.Session.Received ??= new PacketIdentifierSet()).Add((ushort)reader.Number());
        }

        for (int left = reader.Count(4); left > 0; left--)
        {
            ReadInflight(recovered, ref reader);
        }

        for (int left = reader.Count(12); left > 0; left--)
        {
            long sequence = reader.Long();
            Delivery delivery = MessageCodec.ReadDelivery(ref reader, durable.Session);
            Message message = MessageCodec.Read(ref reader, shared);
            recovered.AddWaiting(sequence, PoolOf(durable).Create(in message), in delivery);
        }

        for (int left = reader.Count(1); left > 0; left--)
        {
            (durable.Holes ??= []).Add(reader.Long());
        }
    }

    private void ReadInflight(RecoveredSession recovered, ref RecordReader reader)
    {
        ushort identifier = (ushort)reader.Number();
        var state = (InflightState)reader.Byte();
        long sequence = reader.Long();
        Delivery delivery = MessageCodec.ReadDelivery(ref reader, recovered.Durable.Session);
        Publication? publication = null;
        if (state == InflightState.Published)
        {
            Message message = MessageCodec.Read(ref reader, shared);
            publication = PoolOf(recovered.Durable).Create(in message);
        }

        recovered.AddSent(sequence, publication, in delivery, identifier, state == InflightState.Released);
    }

    // The log says that messages were sent which lie in a segment.
    private void FillWindow(RecoveredSession recovered)
    {
        List<long> missing = [.. recovered.Missing];
        if (missing.Count == 0)
        {
            return;
        }

        DurableSession durable = recovered.Durable;
        Dispatcher owner = shared.Dispatchers[durable.Session.Dispatcher];
        foreach (SegmentRow segment in recovered.Segments)
        {
            if (!missing.Exists(sequence => segment.First <= sequence && sequence <= segment.Last))
            {
                continue;
            }

            byte[]? content = writer.Store.ReadSegment(durable.Id, segment.First);
            var segmentOfAll = new QueueSegment(segment.First, segment.Last, segment.Messages, segment.Bytes);
            foreach (QueuedMessage message in owner.Journal!.Segments.Decode(durable, segmentOfAll, content))
            {
                if (!recovered.Fill(in message))
                {
                    owner.Publications.Release(message.Publication);
                }
            }
        }
    }

    // The log is emptied: whatever was ahead of a session's state becomes its state.
    private void Rewrite()
    {
        if (_log.Count == 0)
        {
            return;
        }

        var batches = new Dictionary<Journal, JournalBatch>();
        try
        {
            foreach (RecoveredSession recovered in _sessions.Values.Where(session => session.IsDirty))
            {
                Journal journal = recovered.Durable.Journal;
                if (!batches.TryGetValue(journal, out JournalBatch? batch))
                {
                    batches.Add(journal, batch = new JournalBatch(journal) { LogId = writer.NextLogId() });
                }

                journal.States.Save(recovered.Durable, batch);
                if (batch.Bytes > Limits.UncommittedBytes)
                {
                    Commit([batch]);
                }
            }

            JournalBatch last = new(shared.Dispatchers[0].Journal!) { LogId = writer.NextLogId() };
            foreach (long id in _log)
            {
                last.Add(new StoreOperation { Kind = StoreOperationKind.DeleteLog, Number = id });
            }

            Commit([.. batches.Values, .. HalfDelivered(), last]);
        }
        catch (StoreException failure)
        {
            shared.Log.StoreFails(failure.Message);
        }
    }

    private void Commit(StoreBatch[] batches)
    {
        writer.Store.Commit(batches, force: true);
        foreach (StoreBatch batch in batches)
        {
            foreach (QueueSegment segment in ((JournalBatch)batch).Segments)
            {
                segment.Content = null;
            }

            batch.Clear();
            batch.LogId = writer.NextLogId();
        }
    }

    // Time while the broker did not run counts. A client that was connected at the end left when the broker did, which
    // nobody has noted: its time begins now.
    private void StartClocks()
    {
        foreach (RecoveredSession recovered in _sessions.Values)
        {
            Session session = recovered.Durable.Session;
            Dispatcher owner = shared.Dispatchers[session.Dispatcher];
            bool wasConnected = recovered.Row.DisconnectedAt == 0;
            long leftAt = wasConnected ? owner.Now : shared.FromUnix(recovered.Row.DisconnectedAt);
            recovered.Durable.DisconnectedAt = wasConnected ? shared.ToUnix(owner.Now) : recovered.Row.DisconnectedAt;
            if (ReadWill(recovered) is { } will)
            {
                session.Will = will;
                long due = leftAt + (will.DelaySeconds * 1000L);
                will.DueAtMilliseconds = wasConnected ? Math.Max(due, owner.Now + Limits.WillGrace) : due;
            }

            if (owner.Lifecycle.TryExpire(session, leftAt))
            {
                continue;
            }

            owner.Lifecycle.Await(session, leftAt);
            if (wasConnected)
            {
                owner.Journal!.PutSession(recovered.Durable, isPromised: false);
            }
        }
    }

    private WillMessage? ReadWill(RecoveredSession recovered)
    {
        if (recovered.Row.Will is not { } record)
        {
            return null;
        }

        try
        {
            return WillCodec.Read(record, PoolOf(recovered.Durable), shared);
        }
        catch (StoreException)
        {
            _damaged++;
            return null;
        }
    }

    private SessionOwner? OwnerOf(SessionRow row)
    {
        SessionAccess? access = AccessOf(row.Listener, Encoding.UTF8.GetString(row.ClientIdentifier), row.UserName);
        return access is null && row.UserName is null
            ? null
            : new SessionOwner(new ClientIdentity { UserName = row.UserName }, access);
    }

    private SessionAccess? AccessOf(string? listener, string? clientIdentifier, string? userName) =>
        listener is not null && clientIdentifier is not null && findListener(listener) is { } found
            ? new SessionAccess(found, clientIdentifier, new ClientIdentity { UserName = userName })
            : null;

    private PublicationPool PoolOf(DurableSession durable) =>
        shared.Dispatchers[durable.Session.Dispatcher].Publications;

    private void Report(long began, int inflight)
    {
        if (_damaged > 0)
        {
            shared.Log.RecordsDamaged(_damaged);
        }

        if (_sessions.Count > 0 || _retained > 0)
        {
            shared.Log.Recovered(
                _sessions.Count,
                _subscriptions,
                _sessions.Values.Sum(session => (long)(session.Durable.Session.Queue?.Count ?? 0)),
                inflight,
                _retained,
                (long)shared.Time.GetElapsedTime(began).TotalMilliseconds);
        }
    }
}

// Brings back what a store holds, before the dispatchers run: sessions on the dispatchers their Client Identifiers
// belong to, subscriptions, retained messages, then the log on top of the states, then clocks and wills. What waits in
// segments stays there. Last, states that the log was ahead of are written again and the log is emptied, so that a
// start after this one has less to do; if the disk does not take that, it stays as it was.
//
// A record that is damaged is left out and counted; the rest is recovered.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Persistence;

internal sealed class Recovery : IStoreReader
{
    private readonly BrokerState _shared;
    private readonly StoreWriter _writer;
    private readonly Func<string, Listener?> _findListener;
    private readonly Dictionary<long, RecoveredSession> _sessions = [];
    private readonly List<long> _log = [];
    private readonly HalfDelivered _half = new();
    private readonly LogReplay _replay;
    private readonly QuietHeap _heap = new();
    private CancellationToken _cancellation;
    private bool _statesAreRead;
    private long _lastSession;
    private long _lastLog;
    private int _subscriptions;
    private int _retained;
    private int _damaged;

    /// <param name="shared">The broker, whose dispatchers do not run yet.</param>
    /// <param name="writer">Has the store.</param>
    /// <param name="findListener">A listener by its name; null: there is none.</param>
    public Recovery(BrokerState shared, StoreWriter writer, Func<string, Listener?> findListener)
    {
        _shared = shared;
        _writer = writer;
        _findListener = findListener;
        _replay = new LogReplay(shared, _sessions, _half);
    }

    /// <exception cref="OperationCanceledException">Whoever starts has given up; nothing was written.</exception>
    public void Run(CancellationToken cancellationToken = default)
    {
        _cancellation = cancellationToken;
        long began = _shared.Timestamp();
        try
        {
            _writer.Store.Recover(this);
        }
        finally
        {
            _heap.End();
        }

        ReadStates();
        cancellationToken.ThrowIfCancellationRequested(); // from here on it writes
        int inflight = 0;
        foreach (RecoveredSession recovered in _sessions.Values)
        {
            inflight += recovered.WindowCount;
            FillWindow(recovered);
            _damaged += recovered.Restore(PoolOf(recovered.Durable));
        }

        _half.Keep(exchange => _sessions.TryGetValue(exchange.Session, out RecoveredSession? publisher)
            && (exchange.Number > publisher.KnownExchanges || publisher.OpenExchanges.Contains(exchange.Value)));
        foreach (HalfDelivered.Receivers receivers in _half.All)
        {
            RecoveredSession publisher = _sessions[receivers.Exchange.Session];
            publisher.Durable.Exchanges = Math.Max(publisher.Durable.Exchanges, receivers.Exchange.Number);
            publisher.IsDirty = true;
        }

        _shared.HalfDelivered = _half.IsEmpty ? null : _half;
        _writer.SkipIds(_lastLog, Math.Max(_lastSession, _replay.LastSession));
        Rewrite();
        StartClocks();
        Report(began, inflight);
    }

    public void OnSession(SessionRow session, long logId, ReadOnlySpan<byte> state)
    {
        _cancellation.ThrowIfCancellationRequested();
        _lastSession = Math.Max(_lastSession, session.Id);
        _lastLog = Math.Max(_lastLog, logId);
        Dispatcher owner = _shared.Dispatchers[
            SessionDirectory.OwnerOf(session.ClientIdentifier, _shared.Dispatchers.Length)];
        if (session.ClientIdentifier.Length == 0 || owner.Sessions.TryFind(session.ClientIdentifier, out _))
        {
            _damaged++;
            return;
        }

        var made = new Session(owner.Id, _shared.NumberOf(session.ClientIdentifier), session.ClientIdentifier)
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
        _heap.Add();
    }

    public void OnSubscription(in SubscriptionRow subscription)
    {
        _cancellation.ThrowIfCancellationRequested();
        if (!_sessions.TryGetValue(subscription.Session, out RecoveredSession? recovered)
            || !TopicFilter.IsValid(subscription.Filter))
        {
            _damaged++;
            return;
        }

        Session session = recovered.Durable.Session;
        session.Subscriptions.Add(_shared.Subscriptions.Add(
            session,
            subscription.ShareName,
            subscription.Filter,
            new SubscriptionOptions(subscription.Options),
            subscription.Identifier));
        session.FilterBytes += Handlers.SubscribeHandler.CostOf(subscription.Filter);
        _subscriptions++;
        _heap.Add();
    }

    public void OnSegment(in SegmentRow segment)
    {
        _cancellation.ThrowIfCancellationRequested();
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
        _cancellation.ThrowIfCancellationRequested();
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
            ExpiresAtMilliseconds = retained.ExpiresAt == 0
                ? long.MaxValue
                : _shared.ExpiryFromUnix(retained.ExpiresAt),
            Publisher = retained.Publisher,
            Source = AccessOf(retained.Listener, retained.ClientIdentifier, retained.UserName),
        };
        PublicationPool pool = _shared.Dispatchers[0].Publications;
        if (_shared.Retained.Set(pool.Create(in message)) is { } replaced)
        {
            pool.Release(replaced);
        }

        _retained++;
        _heap.Add();
    }

    public void OnLog(long id, ReadOnlySpan<byte> content)
    {
        _cancellation.ThrowIfCancellationRequested();
        ReadStates();
        _log.Add(id);
        _lastLog = Math.Max(_lastLog, id);
        try
        {
            _replay.Run(id, RecordReader.Open(content));
        }
        catch (StoreException)
        {
            _damaged++;
        }
    }

    private IEnumerable<StoreBatch> EntriesOfHalf()
    {
        foreach (HalfDelivered.Receivers receivers in _half.All)
        {
            receivers.LogId = _writer.NextLogId();
            var batch = new JournalBatch(_shared.Dispatchers[0].Journal!) { LogId = receivers.LogId };
            batch.AddHalf(receivers);
            batch.Seal(_shared, _shared.Dispatchers[0].Publications);
            yield return batch;
        }
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
            _cancellation.ThrowIfCancellationRequested();
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
            Message message = MessageCodec.Read(ref reader, _shared);
            Publication publication = PoolOf(durable).Create(in message);
            if (!recovered.AddWaiting(sequence, publication, in delivery))
            {
                PoolOf(durable).Release(publication);
            }
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
            Message message = MessageCodec.Read(ref reader, _shared);
            publication = PoolOf(recovered.Durable).Create(in message);
        }

        recovered.AddSent(sequence, publication, in delivery, identifier, state == InflightState.Released);
    }

    // The log says that messages were sent which lie in a segment.
    private void FillWindow(RecoveredSession recovered)
    {
        List<long> missing = recovered.Missing;
        if (missing.Count == 0)
        {
            return;
        }

        DurableSession durable = recovered.Durable;
        Dispatcher owner = _shared.Dispatchers[durable.Session.Dispatcher];
        foreach (SegmentRow segment in recovered.Segments)
        {
            if (!missing.Exists(sequence => segment.First <= sequence && sequence <= segment.Last))
            {
                continue;
            }

            byte[] content = _writer.Store.ReadSegment(durable.Id, segment.First) ?? [];
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
            foreach (RecoveredSession recovered in _sessions.Values)
            {
                if (!recovered.IsDirty)
                {
                    continue;
                }

                Journal journal = recovered.Durable.Journal;
                if (!batches.TryGetValue(journal, out JournalBatch? batch))
                {
                    batches.Add(journal, batch = new JournalBatch(journal) { LogId = _writer.NextLogId() });
                }

                journal.States.Save(recovered.Durable, batch);
                if (batch.Bytes > Limits.UncommittedBytes)
                {
                    Commit([batch]);
                }
            }

            JournalBatch last = new(_shared.Dispatchers[0].Journal!) { LogId = _writer.NextLogId() };
            foreach (long id in _log)
            {
                last.Add(new StoreOperation { Kind = StoreOperationKind.DeleteLog, Number = id });
            }

            Commit([.. batches.Values, .. EntriesOfHalf(), last]);
        }
        catch (StoreException failure)
        {
            _shared.Log.StoreFails(failure.Message);
        }
    }

    private void Commit(StoreBatch[] batches)
    {
        _writer.Store.Commit(batches, force: true);
        foreach (StoreBatch batch in batches)
        {
            var states = (JournalBatch)batch;
            foreach (QueueSegment segment in states.Segments)
            {
                segment.DropContent(_shared.Dispatchers[states.Home.DispatcherId].Slabs);
            }

            batch.Clear();
            batch.LogId = _writer.NextLogId();
        }
    }

    // Time while the broker did not run counts. A client that was connected at the end left when the broker did, which
    // nobody has noted: its time begins now.
    private void StartClocks()
    {
        foreach (RecoveredSession recovered in _sessions.Values)
        {
            Session session = recovered.Durable.Session;
            Dispatcher owner = _shared.Dispatchers[session.Dispatcher];
            bool wasConnected = recovered.Row.DisconnectedAt == 0;
            long leftAt = wasConnected ? owner.Now : _shared.FromUnix(recovered.Row.DisconnectedAt);
            recovered.Durable.DisconnectedAt = wasConnected ? _shared.ToUnix(owner.Now) : recovered.Row.DisconnectedAt;
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
                owner.Journal!.Rows.PutSession(recovered.Durable, isPromised: false);
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
            return WillCodec.Read(record, PoolOf(recovered.Durable), _shared);
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
        listener is not null && clientIdentifier is not null && _findListener(listener) is { } found
            ? new SessionAccess(found, clientIdentifier, new ClientIdentity { UserName = userName })
            : null;

    private PublicationPool PoolOf(DurableSession durable) =>
        _shared.Dispatchers[durable.Session.Dispatcher].Publications;

    private void Report(long began, int inflight)
    {
        if (_damaged > 0)
        {
            _shared.Log.RecordsDamaged(_damaged);
        }

        if (_sessions.Count > 0 || _retained > 0)
        {
            long waiting = 0;
            foreach (RecoveredSession recovered in _sessions.Values)
            {
                waiting += recovered.Durable.Session.Queue?.Count ?? 0;
            }

            _shared.Log.Recovered(
                _sessions.Count,
                _subscriptions,
                waiting,
                inflight,
                _retained,
                (long)_shared.Time.GetElapsedTime(began).TotalMilliseconds);
        }
    }
}

// A store without a file, for tests: what was committed is what a second broker finds, so it outlives its own Dispose.
// Content is copied when it is committed, as a disk would. Fails makes it a full disk.

namespace FastMqtt.Broker.Persistence;

internal sealed class MemoryStore : IStore
{
    private readonly SortedDictionary<long, Session> _sessions = [];
    private readonly Dictionary<(long Session, string ShareName, string Filter), Subscribed> _subscriptions = [];
    private readonly SortedDictionary<(long Session, long First), Segment> _segments = [];
    private readonly Dictionary<string, Retained> _retained = [];
    private readonly SortedDictionary<long, byte[]> _log = [];

    public ulong Key { get; } = (ulong)Random.Shared.NextInt64();

    /// <summary>While it is set, a commit changes nothing and throws.</summary>
    public bool Fails { get; set; }

    /// <summary>Commits that have succeeded.</summary>
    public int Commits { get; private set; }

    /// <summary>Of these, the ones that were to survive a loss of power.</summary>
    public int ForcedCommits { get; private set; }

    public void Recover(IStoreReader reader)
    {
        foreach (Session session in _sessions.Values)
        {
            reader.OnSession(session.Row, session.LogId, session.State);
        }

        foreach (((long session, _, _), Subscribed subscribed) in _subscriptions)
        {
            SubscriptionRow row = subscribed.ToRow(session);
            reader.OnSubscription(in row);
        }

        foreach (Segment segment in _segments.Values)
        {
            SegmentRow head = segment.Head;
            reader.OnSegment(in head);
        }

        foreach (Retained retained in _retained.Values)
        {
            RetainedRow row = retained.ToRow();
            reader.OnRetained(in row);
        }

        foreach ((long id, byte[] content) in _log)
        {
            reader.OnLog(id, content);
        }
    }

    public void Commit(ReadOnlySpan<StoreBatch> batches, bool force)
    {
        if (Fails)
        {
            throw new StoreException("memory: database or disk is full");
        }

        foreach (StoreBatch batch in batches)
        {
            foreach (ref readonly StoreOperation operation in batch.Operations)
            {
                Apply(in operation);
            }

            if (!batch.Log.IsEmpty)
            {
                _log[batch.LogId] = batch.Log.ToArray();
            }
        }

        Commits++;
        ForcedCommits += force ? 1 : 0;
    }

    public byte[]? ReadSegment(long session, long firstSequence) =>
        _segments.TryGetValue((session, firstSequence), out Segment? segment)
            ? segment.Content.AsSpan().ToArray()
            : null;

    public void Checkpoint()
    {
    }

    public void Dispose()
    {
    }

    private void Apply(in StoreOperation operation)
    {
        switch (operation.Kind)
        {
            case StoreOperationKind.PutSession:
                PutSession(operation.Row!);
                break;
            case StoreOperationKind.DeleteSession:
                DeleteSession(operation.Session);
                break;
            case StoreOperationKind.PutState:
                if (_sessions.TryGetValue(operation.Session, out Session? session))
                {
                    session.State = operation.Content.ToArray();
                    session.LogId = operation.Number;
                }

                break;
            case StoreOperationKind.PutSubscription:
                _subscriptions[KeyOf(operation.Subscription)] = new Subscribed(operation.Subscription);
                break;
            case StoreOperationKind.DeleteSubscription:
                _subscriptions.Remove(KeyOf(operation.Subscription));
                break;
            case StoreOperationKind.PutSegment:
                SegmentRow head = operation.Head;
                _segments[(head.Session, head.First)] = new Segment(head, operation.Content.ToArray());
                break;
            case StoreOperationKind.DeleteSegment:
                _segments.Remove((operation.Session, operation.Number));
                break;
            case StoreOperationKind.PutRetained:
                _retained[TextOf(operation.Retained.Topic)] = new Retained(operation.Retained);
                break;
            case StoreOperationKind.DeleteRetained:
                _retained.Remove(TextOf(operation.Topic));
                break;
            case StoreOperationKind.DeleteLog:
                _log.Remove(operation.Number);
                break;
        }
    }

    private void PutSession(SessionRow row)
    {
        SessionRow copy = row with
        {
            ClientIdentifier = row.ClientIdentifier.AsSpan().ToArray(),
            Will = row.Will?.AsSpan().ToArray(),
        };
        if (_sessions.TryGetValue(row.Id, out Session? session))
        {
            session.Row = copy;
        }
        else
        {
            _sessions.Add(row.Id, new Session(copy));
        }
    }

    private void DeleteSession(long id)
    {
        _sessions.Remove(id);
        Remove(_subscriptions, id, static (key, session) => key.Session == session);
        Remove(_segments, id, static (key, session) => key.Session == session);
    }

    private static void Remove<TKey, TValue>(
        IDictionary<TKey, TValue> rows, long argument, Func<TKey, long, bool> isOne)
    {
        foreach (TKey key in new List<TKey>(rows.Keys))
        {
            if (isOne(key, argument))
            {
                rows.Remove(key);
            }
        }
    }

    private static (long Session, string ShareName, string Filter) KeyOf(in SubscriptionRow row) =>
        (row.Session, TextOf(row.ShareName), TextOf(row.Filter));

    // One character for each byte, so that any bytes are themselves.
    private static string TextOf(ReadOnlySpan<byte> bytes) => System.Text.Encoding.Latin1.GetString(bytes);

    private sealed class Session(SessionRow row)
    {
        public SessionRow Row { get; set; } = row;

        public byte[] State { get; set; } = [];

        public long LogId { get; set; }
    }

    private sealed class Subscribed(in SubscriptionRow row)
    {
        private readonly byte[] _shareName = row.ShareName.ToArray();
        private readonly byte[] _filter = row.Filter.ToArray();
        private readonly byte _options = row.Options;
        private readonly uint _identifier = row.Identifier;

        public SubscriptionRow ToRow(long session) => new()
        {
            Session = session,
            ShareName = _shareName,
            Filter = _filter,
            Options = _options,
            Identifier = _identifier,
        };
    }

    private sealed record Segment(SegmentRow Head, byte[] Content);

    private sealed class Retained(in RetainedRow row)
    {
        private readonly byte[] _topic = row.Topic.ToArray();
        private readonly byte[] _payload = row.Payload.ToArray();
        private readonly byte[] _properties = row.Properties.ToArray();
        private readonly byte _qos = row.QoS;
        private readonly long _expiresAt = row.ExpiresAt;
        private readonly ulong _publisher = row.Publisher;
        private readonly string? _clientIdentifier = row.ClientIdentifier;
        private readonly string? _userName = row.UserName;
        private readonly string? _listener = row.Listener;

        public RetainedRow ToRow() => new()
        {
            Topic = _topic,
            Payload = _payload,
            Properties = _properties,
            QoS = _qos,
            ExpiresAt = _expiresAt,
            Publisher = _publisher,
            ClientIdentifier = _clientIdentifier,
            UserName = _userName,
            Listener = _listener,
        };
    }
}

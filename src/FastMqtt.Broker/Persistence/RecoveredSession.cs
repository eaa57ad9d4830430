// A session while it is recovered: what its state and the log say, until all of it is known. Messages in the order of
// their sequence numbers.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Persistence;

internal sealed class RecoveredSession(SessionRow row, DurableSession durable, long logId, byte[] state)
{
    /// <summary>Sent and not acknowledged, by sequence number.</summary>
    private readonly SortedDictionary<long, RecoveredMessage> _window = [];

    /// <summary>Waiting, apart from segments.</summary>
    private readonly SortedDictionary<long, RecoveredMessage> _queue = [];

    private readonly List<SegmentRow> _segments = [];
    private int _releases;

    public SessionRow Row { get; } = row;

    public DurableSession Durable { get; } = durable;

    /// <summary>The log up to this entry is contained in the state.</summary>
    public long LogId { get; } = logId;

    public byte[] State { get; } = state;

    /// <summary>Whether the log has more than the state.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Messages of segments before this one have left the queue.</summary>
    public long SkipBefore { get; set; }

    /// <summary>Exchanges that its state knows of, and those of them that were not received then.</summary>
    public long KnownExchanges { get; set; }

    public HashSet<long> OpenExchanges { get; } = [];

    public int WindowCount => _window.Count;

    public IReadOnlyList<SegmentRow> Segments => _segments;

    /// <summary>Messages of the window whose content lies in a segment.</summary>
    public List<long> Missing
    {
        get
        {
            var missing = new List<long>();
            foreach ((long sequence, RecoveredMessage message) in _window)
            {
                if (message.IsMissing)
                {
                    missing.Add(sequence);
                }
            }

            return missing;
        }
    }

    public void AddSegment(in SegmentRow row) => _segments.Add(row);

    /// <returns>False: it is over already, says the log of another dispatcher.</returns>
    public bool AddWaiting(long sequence, Publication publication, in Delivery delivery)
    {
        Durable.LastSequence = Math.Max(Durable.LastSequence, sequence);
        return !IsOver(sequence)
            && _queue.TryAdd(sequence, new RecoveredMessage { Publication = publication, Delivery = delivery });
    }

    /// <returns>False: it is over already, says the log of another dispatcher.</returns>
    public bool AddSent(
        long sequence, Publication? publication, in Delivery delivery, ushort identifier, bool isReleased)
    {
        Durable.LastSequence = Math.Max(Durable.LastSequence, sequence);
        if (IsOver(sequence))
        {
            return false;
        }

        _window[sequence] = new RecoveredMessage
        {
            Publication = publication,
            Delivery = delivery,
            PacketIdentifier = identifier,
            Release = isReleased ? ++_releases : 0,
        };
        return true;
    }

    public void OnSent(long sequence, ushort identifier)
    {
        Durable.LastSequence = Math.Max(Durable.LastSequence, sequence);
        if (_queue.Remove(sequence, out RecoveredMessage? message))
        {
            message.PacketIdentifier = identifier;
            _window[sequence] = message;
        }
        else if (!IsOver(sequence)
            && _segments.Exists(segment => segment.First <= sequence && sequence <= segment.Last))
        {
            _window[sequence] = new RecoveredMessage { PacketIdentifier = identifier };
            SkipBefore = Math.Max(SkipBefore, sequence + 1);
        }
        else if (_window.TryGetValue(sequence, out message))
        {
            message.PacketIdentifier = identifier;
        }
    }

    public void OnDone(long sequence, PublicationPool pool)
    {
        Durable.LastSequence = Math.Max(Durable.LastSequence, sequence); // a number is never used twice
        if (_window.Remove(sequence, out RecoveredMessage? message) || _queue.Remove(sequence, out message))
        {
            if (message.Publication is { } publication)
            {
                pool.Release(publication);
            }
        }
        else if (sequence >= SkipBefore)
        {
            (Durable.Holes ??= []).Add(sequence);
        }
    }

    public void OnReleased(long sequence, PublicationPool pool)
    {
        if (_window.TryGetValue(sequence, out RecoveredMessage? message) && message.Release == 0)
        {
            message.Release = ++_releases;
            if (message.Publication is { } publication)
            {
                pool.Release(publication);
                message.Publication = null;
            }
        }
    }

    /// <summary>The content of a message of the window, from its segment. Takes over the reference.</summary>
    /// <returns>False: it is not one that was missing.</returns>
    public bool Fill(in QueuedMessage found)
    {
        if (!_window.TryGetValue(found.Stored.Sequence, out RecoveredMessage? message) || !message.IsMissing)
        {
            return false;
        }

        message.Publication = found.Publication;
        message.Delivery = found.Delivery;
        return true;
    }

    /// <summary>Gives everything to the session.</summary>
    /// <returns>Messages of the window that could not be restored.</returns>
    public int Restore(PublicationPool pool)
    {
        Session session = Durable.Session;
        int lost = 0;
        foreach ((long sequence, RecoveredMessage message) in InOrder())
        {
            lost += TryRestore(session, sequence, message, pool) ? 0 : 1;
        }

        RestoreQueue(session);
        return lost;
    }

    // Segments must stay in the order of their numbers, and what is behind them comes after all of those. A message
    // whose number is not so was on its way to another member of a shared subscription: it goes to the front.
    private void RestoreQueue(Session session)
    {
        long lastInSegments = _segments.Count > 0 ? _segments[^1].Last : 0;
        Enqueue(session, sequence => sequence <= lastInSegments);
        foreach (SegmentRow segment in _segments)
        {
            // Only what has left the queue for good is behind the mark.
            if (segment.Last >= SkipBefore)
            {
                QueueOf(session).AddSegment(SegmentOf(in segment));
            }
            else
            {
                Durable.Spent.Add(SegmentOf(in segment));
            }
        }

        Enqueue(session, sequence => sequence > lastInSegments);
        if (_segments.Count == 0)
        {
            Durable.Holes = null;
        }
    }

    private void Enqueue(Session session, Func<long, bool> takes)
    {
        foreach ((long sequence, RecoveredMessage message) in _queue)
        {
            if (takes(sequence))
            {
                var stored = new StoredMessage(sequence, 0, StoredMessage.Elsewhere);
                QueueOf(session).Enqueue(new QueuedMessage(message.Publication!, message.Delivery, stored));
            }
        }
    }

    private MessageQueue QueueOf(Session session) => session.Queue ??= new MessageQueue(Durable);

    // Two sessions of a group can pass a message to and fro in transactions that are open together: the entry that says
    // it is over comes first then.
    private bool IsOver(long sequence) => Durable.Holes?.Contains(sequence) == true;

    // As they were sent; those that are released behind them, as they were released.
    private List<(long Sequence, RecoveredMessage Message)> InOrder()
    {
        var published = new List<(long, RecoveredMessage)>();
        var released = new SortedDictionary<int, (long, RecoveredMessage)>();
        foreach ((long sequence, RecoveredMessage message) in _window)
        {
            if (message.Release == 0)
            {
                published.Add((sequence, message));
            }
            else
            {
                released.Add(message.Release, (sequence, message));
            }
        }

        published.AddRange(released.Values);
        return published;
    }

    private QueueSegment SegmentOf(in SegmentRow row)
    {
        long skipped = Math.Max(SkipBefore - row.First, 0);
        return new QueueSegment(
            row.First, row.Last, (int)Math.Clamp(row.Messages - skipped, 0, row.Messages), row.Bytes)
        {
            IsRecovered = true,
            IsPut = true,
            SkipBefore = SkipBefore,
        };
    }

    private static bool TryRestore(Session session, long sequence, RecoveredMessage message, PublicationPool pool)
    {
        InflightWindow window = session.Inflight ??= new InflightWindow();
        bool isReleased = message.Release != 0;
        if (message.PacketIdentifier == 0
            || window.StateOf(message.PacketIdentifier) != InflightState.Free
            || (!isReleased && message.Publication is null))
        {
            if (message.Publication is { } publication)
            {
                pool.Release(publication);
            }

            return false;
        }

        window.Restore(
            message.PacketIdentifier,
            message.Publication,
            message.Delivery,
            new StoredMessage(sequence, 0, StoredMessage.Elsewhere),
            isReleased ? InflightState.Released : InflightState.Published);
        return true;
    }

    private sealed class RecoveredMessage
    {
        public Publication? Publication { get; set; }

        public Delivery Delivery { get; set; }

        public ushort PacketIdentifier { get; set; }

        /// <summary>Its place among those that were released; 0: it was not.</summary>
        public int Release { get; set; }

        public bool IsMissing => Publication is null && Release == 0;
    }
}

// Messages that wait for a session's window or for its client to come back, up to the limit its caller checks. Written
// only by the owning dispatcher.
//
// Three parts in order: what is ready in memory, segments that wait in the store alone, and what came after them, in
// memory again. The last two exist only for a session that outlives its connection, while much waits. A message is
// taken from the first part; when that is empty, whoever takes asks the journal for the next segment and goes on when
// it is there. Nothing overtakes.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Persistence;

namespace FastMqtt.Broker.Sessions;

internal sealed class MessageQueue(DurableSession? session = null)
{
    private const int PrefetchAhead = 8;

    private MessageRing _ready;
    private MessageRing _behind;
    private Queue<QueueSegment>? _segments;
    private int _segmentMessages;
    private long _segmentBytes;
    private long _earliestExpiry = long.MaxValue;

    public int Count => _ready.Count + _segmentMessages + _behind.Count;

    /// <summary>Bytes of the publications in it, each counted in full.</summary>
    public long Bytes => _ready.Bytes + _segmentBytes + _behind.Bytes;

    /// <summary>Bytes of those of them that are in memory.</summary>
    public long MemoryBytes => _ready.Bytes + _behind.Bytes;

    /// <summary>Whether a message can be taken now.</summary>
    public bool IsReady => _ready.Count > 0;

    /// <summary>QoS 0 messages in memory: others of QoS 0 must not overtake them.</summary>
    public int AtMostOnceCount => _ready.AtMostOnceCount + _behind.AtMostOnceCount;

    /// <summary>The next segment to fetch, when nothing is ready and it is not being fetched; null: none.</summary>
    public QueueSegment? NextSegment => _ready.Count == 0 && !IsFetching && _segments is { Count: > 0 }
        ? _segments.Peek()
        : null;

    public IReadOnlyCollection<QueueSegment> Segments => (IReadOnlyCollection<QueueSegment>?)_segments ?? [];

    public QueueSegment? FirstSegment => HasSegments ? _segments!.Peek() : null;

    /// <summary>The first segment is being read.</summary>
    public bool IsFetching { get; set; }

    /// <summary>Messages in front of the segments.</summary>
    public ref readonly MessageRing Ready => ref _ready;

    /// <summary>Messages behind the segments.</summary>
    public ref readonly MessageRing Behind => ref _behind;

    public bool HasSegments => _segments is { Count: > 0 };

    public void Enqueue(in QueuedMessage message)
    {
        CountMemory(message.Publication.Bytes);
        _earliestExpiry = Math.Min(_earliestExpiry, message.Publication.ExpiresAtMilliseconds);
        if (HasSegments)
        {
            _behind.Enqueue(message);
        }
        else
        {
            _ready.Enqueue(message);
        }
    }

    /// <summary>Bytes of what lies in memory behind everything else.</summary>
    public long UnpackedBytes => HasSegments ? _behind.Bytes : _ready.Bytes;

    public bool HasUnpacked => (HasSegments ? _behind.Count : _ready.Count) > 0;

    public bool TryDequeue(out QueuedMessage message)
    {
        // What has waited is in no cache, and each message would be waited for in turn.
        if (_ready.Count > PrefetchAhead)
        {
            _ready[PrefetchAhead].Publication.Prefetch();
        }

        return TryTake(ref _ready, out message);
    }

    /// <summary>
    /// Takes the next message that lies in memory behind everything else: what is to become a segment. While there
    /// are segments, what is ready came from one and stays.
    /// </summary>
    public bool TryTakeUnpacked(out QueuedMessage message) =>
        TryTake(ref HasSegments ? ref _behind : ref _ready, out message);

    /// <summary>A segment, behind those there are; what is in memory has been put into it or lies before it.</summary>
    public void AddSegment(QueueSegment segment)
    {
        (_segments ??= new Queue<QueueSegment>()).Enqueue(segment);
        _segmentMessages += segment.Messages;
        _segmentBytes += segment.Bytes;
    }

    /// <summary>The first segment is fetched, or lost: its messages are ready, and it is none any more.</summary>
    public QueueSegment TakeSegment(ReadOnlySpan<QueuedMessage> messages)
    {
        QueueSegment segment = _segments!.Dequeue();
        _segmentMessages -= segment.Messages;
        _segmentBytes -= segment.Bytes;
        IsFetching = false;
        foreach (ref readonly QueuedMessage message in messages)
        {
            CountMemory(message.Publication.Bytes);
            _ready.Enqueue(message);
        }

        if (_segments.Count == 0)
        {
            while (_behind.TryDequeue(out QueuedMessage message))
            {
                _ready.Enqueue(message);
            }

            _behind = default;
            _segments = null;
        }

        return segment;
    }

    /// <summary>
    /// Drops what has expired; true when something was dropped. For a full queue: it walks the queue only when
    /// something in it can have expired since the last walk, so a flood into a full queue costs nothing each time.
    /// </summary>
    /// <param name="pool">Where publications go.</param>
    /// <param name="nowMilliseconds">The dispatcher's time.</param>
    /// <param name="state">Given to <paramref name="dropped"/>.</param>
    /// <param name="dropped">Called for each that goes, while it is still whole.</param>
    public bool RemoveExpired<TState>(
        PublicationPool pool, long nowMilliseconds, TState state, Action<TState, Publication> dropped)
    {
        if (nowMilliseconds < _earliestExpiry)
        {
            return false;
        }

        _earliestExpiry = long.MaxValue;
        int before = Count;
        RemoveExpired(ref _ready, pool, nowMilliseconds, state, dropped);
        RemoveExpired(ref _behind, pool, nowMilliseconds, state, dropped);
        return Count < before;
    }

    /// <summary>
    /// Takes out of memory what <paramref name="takes"/> says; it owns the references of what it took.
    /// </summary>
    public void RemoveWhere(Func<QueuedMessage, bool> takes)
    {
        RemoveWhere(ref _ready, takes);
        RemoveWhere(ref _behind, takes);
    }

    public void Clear(PublicationPool pool)
    {
        while (TryTake(ref _ready, out QueuedMessage message) || TryTake(ref _behind, out message))
        {
            pool.Release(message.Publication);
        }

        _segments = null;
        _segmentMessages = 0;
        _segmentBytes = 0;
    }

    private void RemoveWhere(ref MessageRing ring, Func<QueuedMessage, bool> takes)
    {
        long before = ring.Bytes;
        for (int left = ring.Count; left > 0; left--)
        {
            ring.TryDequeue(out QueuedMessage message);
            if (!takes(message))
            {
                ring.Enqueue(message);
            }
        }

        CountMemory(ring.Bytes - before);
    }

    private bool TryTake(ref MessageRing ring, out QueuedMessage message)
    {
        if (!ring.TryDequeue(out message))
        {
            return false;
        }

        CountMemory(-message.Publication.Bytes);
        return true;
    }

    private void CountMemory(long bytes)
    {
        if (session is not null)
        {
            session.Journal.QueueBytes += bytes;
        }
    }

    private void RemoveExpired<TState>(
        ref MessageRing ring,
        PublicationPool pool,
        long nowMilliseconds,
        TState state,
        Action<TState, Publication> dropped)
    {
        long before = ring.Bytes;
        for (int left = ring.Count; left > 0; left--)
        {
            ring.TryDequeue(out QueuedMessage message);
            if (message.Publication.HasExpired(nowMilliseconds))
            {
                dropped(state, message.Publication);
                session?.Journal.Done(session, message.Stored);
                pool.Release(message.Publication);
            }
            else
            {
                _earliestExpiry = Math.Min(_earliestExpiry, message.Publication.ExpiresAtMilliseconds);
                ring.Enqueue(message);
            }
        }

        CountMemory(ring.Bytes - before);
    }
}

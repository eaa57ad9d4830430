// Messages in order, in memory. A few lie in one ring that grows by doubling. What does not fit the largest ring lies
// behind it in a list of segments of that size: however many wait, nothing large is copied or put where only a full
// collection frees it, and what was taken is free a segment at a time. The ring is filled from the front of the list
// when it runs empty, by taking that segment as it is. A mutable struct: keep it in a field. Whoever takes a message
// out owns its reference.

using System.Buffers;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Sessions;

internal struct MessageRing
{
    private const int CapacityMin = 16;

    /// <summary>Messages of the largest ring and of a segment; a power of two, of arrays of a few KiB.</summary>
    private const int SegmentMessages = 256;

    /// <summary>
    /// Where segments come from: 4 MiB of them at the most. The shared pool keeps fewer than there are sessions that
    /// fill and are packed in turn.
    /// </summary>
    private static readonly ArrayPool<QueuedMessage> Pool = ArrayPool<QueuedMessage>.Create(SegmentMessages, 256);

    private QueuedMessage[]? _ring;
    private int _head;
    private int _ringCount;

    // What did not fit the ring; null: nothing.
    private SegmentList? _behind;

    public int Count { get; private set; }

    /// <summary>Bytes of the publications in it, each counted in full.</summary>
    public long Bytes { get; private set; }

    public int AtMostOnceCount { get; private set; }

    /// <summary>The i-th from the front.</summary>
    public readonly ref readonly QueuedMessage this[int i] => ref i < _ringCount
        ? ref _ring![(_head + i) & (_ring.Length - 1)]
        : ref _behind![i - _ringCount];

    public void Enqueue(in QueuedMessage message)
    {
        if (_behind is not null || _ringCount == SegmentMessages)
        {
            (_behind ??= new SegmentList()).Add(message);
        }
        else
        {
            if (_ring is null || _ringCount == _ring.Length)
            {
                Grow();
            }

            _ring![(_head + _ringCount) & (_ring.Length - 1)] = message;
            _ringCount++;
        }

        Count++;
        AtMostOnceCount += message.Delivery.QoS == QualityOfService.AtMostOnce ? 1 : 0;
        Bytes += message.Publication.Bytes;
    }

    public bool TryDequeue(out QueuedMessage message)
    {
        if (Count == 0)
        {
            message = default;
            return false;
        }

        message = _ring![_head];
        _ring[_head] = default;
        _head = (_head + 1) & (_ring.Length - 1);
        _ringCount--;
        Count--;
        AtMostOnceCount -= message.Delivery.QoS == QualityOfService.AtMostOnce ? 1 : 0;
        Bytes -= message.Publication.Bytes;
        if (_ringCount == 0 && _behind is not null)
        {
            TakeSegment();
        }

        return true;
    }

    // The emptied ring goes where segments come from: queues that fill and empty make no garbage.
    private void TakeSegment()
    {
        Pool.Return(_ring!);
        _ring = _behind!.TakeFirst(out _ringCount);
        _head = 0;
        if (_behind.IsEmpty)
        {
            _behind = null;
        }
    }

    private void Grow()
    {
        var larger = new QueuedMessage[Math.Max(CapacityMin, (_ring?.Length ?? 0) * 2)];
        for (int i = 0; i < _ringCount; i++)
        {
            larger[i] = this[i];
        }

        _ring = larger;
        _head = 0;
    }

    // Arrays of SegmentMessages, linked by a list of references that is itself short: 100,000 messages are 400 of them.
    // All are full but the last.
    private sealed class SegmentList
    {
        private QueuedMessage[]?[] _segments = new QueuedMessage[]?[4];
        private int _first;
        private int _count;
        private int _inLast;

        public bool IsEmpty => _count == 0;

        public ref readonly QueuedMessage this[int i] => ref At(i / SegmentMessages)![i % SegmentMessages];

        public void Add(in QueuedMessage message)
        {
            if (_count == 0 || _inLast == SegmentMessages)
            {
                AddSegment();
            }

            At(_count - 1)![_inLast++] = message;
        }

        public QueuedMessage[] TakeFirst(out int messages)
        {
            QueuedMessage[] first = At(0)!;
            At(0) = null;
            _first = (_first + 1) & (_segments.Length - 1);
            _count--;
            messages = _count == 0 ? _inLast : SegmentMessages;
            return first;
        }

        private ref QueuedMessage[]? At(int segment) => ref _segments[(_first + segment) & (_segments.Length - 1)];

        private void AddSegment()
        {
            if (_count == _segments.Length)
            {
                var larger = new QueuedMessage[]?[_count * 2];
                for (int i = 0; i < _count; i++)
                {
                    larger[i] = At(i);
                }

                _segments = larger;
                _first = 0;
            }

            At(_count++) = Pool.Rent(SegmentMessages);
            _inLast = 0;
        }
    }
}

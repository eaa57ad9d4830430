// Messages in order, in memory: a ring that grows by doubling and gives its memory back when it runs empty. A mutable
// struct: keep it in a field. Whoever takes a message out owns its reference.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.Sessions;

internal struct MessageRing
{
    private const int CapacityMin = 16;

    /// <summary>
    /// Messages. A larger ring is given back when it runs empty; a small one is kept for the next wave.
    /// </summary>
    private const int CapacityKept = 256;

    private QueuedMessage[]? _ring;
    private int _head;

    public int Count { get; private set; }

    /// <summary>Bytes of the publications in it, each counted in full.</summary>
    public long Bytes { get; private set; }

    public int AtMostOnceCount { get; private set; }

    /// <summary>The i-th from the front.</summary>
    public readonly ref readonly QueuedMessage this[int i] => ref _ring![(_head + i) & (_ring.Length - 1)];

    public void Enqueue(in QueuedMessage message)
    {
        if (_ring is null || Count == _ring.Length)
        {
            Grow();
        }

        _ring![(_head + Count) & (_ring.Length - 1)] = message;
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
        Count--;
        AtMostOnceCount -= message.Delivery.QoS == QualityOfService.AtMostOnce ? 1 : 0;
        Bytes -= message.Publication.Bytes;
        if (Count == 0 && _ring.Length > CapacityKept)
        {
            _ring = null;
            _head = 0;
        }

        return true;
    }

    private void Grow()
    {
        var larger = new QueuedMessage[Math.Max(CapacityMin, (_ring?.Length ?? 0) * 2)];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = this[i];
        }

        _ring = larger;
        _head = 0;
    }
}

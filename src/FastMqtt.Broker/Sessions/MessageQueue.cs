// Messages that wait for a session's window or for its client to come back: a ring that grows by doubling up to the
// limit its caller checks, and gives its memory back when it runs empty. Written only by the owning dispatcher.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Sessions;

internal sealed class MessageQueue
{
    private const int CapacityMin = 16;

    /// <summary>
    /// Messages. A larger ring is given back when it runs empty; a small one is kept for the next wave.
    /// </summary>
    private const int CapacityKept = 256;

    private QueuedMessage[] _ring = [];
    private int _head;
    private long _earliestExpiry = long.MaxValue;

    public int Count { get; private set; }

    /// <summary>Bytes of the publications in it, each counted in full.</summary>
    public long Bytes { get; private set; }

    /// <summary>QoS 0 messages in it: others of QoS 0 must not overtake them.</summary>
    public int AtMostOnceCount { get; private set; }

    public void Enqueue(in QueuedMessage message)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_head + Count) & (_ring.Length - 1)] = message;
        Count++;
        AtMostOnceCount += message.Delivery.QoS == QualityOfService.AtMostOnce ? 1 : 0;
        Bytes += message.Publication.Bytes;
        _earliestExpiry = Math.Min(_earliestExpiry, message.Publication.ExpiresAtMilliseconds);
    }

    public bool TryDequeue(out QueuedMessage message)
    {
        if (Count == 0)
        {
            message = default;
            return false;
        }

        message = _ring[_head];
        _ring[_head] = default;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        AtMostOnceCount -= message.Delivery.QoS == QualityOfService.AtMostOnce ? 1 : 0;
        Bytes -= message.Publication.Bytes;
        if (Count == 0 && _ring.Length > CapacityKept)
        {
            _ring = [];
            _head = 0;
        }

        return true;
    }

    /// <summary>
    /// Drops what has expired; true when something was dropped. For a full queue: it walks the queue only when
    /// something in it can have expired since the last walk, so a flood into a full queue costs nothing each time.
    /// </summary>
    public bool RemoveExpired(PublicationPool pool, long nowMilliseconds, ref long dropped)
    {
        if (nowMilliseconds < _earliestExpiry)
        {
            return false;
        }

        _earliestExpiry = long.MaxValue;
        int before = Count;
        for (int left = before; left > 0; left--)
        {
            TryDequeue(out QueuedMessage message);
            if (message.Publication.HasExpired(nowMilliseconds))
            {
                pool.Release(message.Publication);
                dropped++;
            }
            else
            {
                Enqueue(message);
            }
        }

        return Count < before;
    }

    public void Clear(PublicationPool pool)
    {
        while (TryDequeue(out QueuedMessage message))
        {
            pool.Release(message.Publication);
        }

        _ring = [];
        _head = 0;
    }

    private void Grow()
    {
        var larger = new QueuedMessage[Math.Max(CapacityMin, _ring.Length * 2)];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _head = 0;
    }
}

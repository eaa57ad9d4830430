// The way into a dispatcher from other threads: a channel of batches with one reader, and a wake-up only for a sleeper.
//
// Sleep protocol. Reader (the dispatcher): writes Asleep, full fence, looks into the channel again, then waits in the
// poller; after waiting writes Awake. Writer (any thread): writes to the channel, full fence, and wakes the poller only
// if it wins the exchange Asleep -> Awake. Either the writer sees Asleep, or the reader's second look sees the item:
// both fences forbid the case where each misses the other. One eventfd write (0.5 us) per sleep at the most.

using System.Threading.Channels;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class DispatcherInbox(IPoller poller)
{
    private const int Awake = 0;
    private const int Asleep = 1;

    private readonly Channel<InboxItem> _channel = Channel.CreateUnbounded<InboxItem>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    private int _state;
    private long _bytes;

    /// <summary>Whether so much waits here that senders should stop reading their publishers.</summary>
    public bool IsOverLimit => Volatile.Read(ref _bytes) > Limits.InboxBytes;

    /// <summary>Reader only.</summary>
    public bool HasItems => _channel.Reader.TryPeek(out _);

    public void Post(InboxItem item)
    {
        Interlocked.Add(ref _bytes, item.Bytes);
        _channel.Writer.TryWrite(item);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _state) == Asleep && Interlocked.Exchange(ref _state, Awake) == Asleep)
        {
            poller.Wake();
        }
    }

    /// <summary>Reader only. What came from here counts as waiting still, or, negative, no more.</summary>
    public void Hold(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Reader only. True when there was nothing and the reader may wait in the poller.</summary>
    public bool TrySleep()
    {
        Interlocked.Exchange(ref _state, Asleep);
        if (HasItems)
        {
            Volatile.Write(ref _state, Awake);
            return false;
        }

        return true;
    }

    /// <summary>Reader only, after waiting.</summary>
    public void WakeUp() => Volatile.Write(ref _state, Awake);

    /// <summary>
    /// Reader only. Runs what has been posted, but not more than a tick's share: senders that post as fast as it is
    /// run would keep the tick from its own connections, timers and flushes for ever. One item is, however long it
    /// takes. The rest keeps it from sleeping.
    /// </summary>
    public void Drain(Dispatcher dispatcher)
    {
        if (!HasItems)
        {
            return;
        }

        long until = dispatcher.Shared.Timestamp() + dispatcher.Slice;
        for (int left = Limits.InboxBatch; left > 0 && _channel.Reader.TryRead(out InboxItem? item); left--)
        {
            Interlocked.Add(ref _bytes, -item.Bytes);
            item.Run(dispatcher);
            if (dispatcher.Shared.Timestamp() >= until)
            {
                return;
            }
        }
    }
}

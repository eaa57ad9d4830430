// The batches a dispatcher fills for the others during a tick.

using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Outboxes(Dispatcher self)
{
    private const int KeptMax = 64;

    /// <summary>Entries of a batch that is kept: 64 of them are 1 MiB. One that grew larger in a flood is let go.</summary>
    private const int KeptEntriesMax = 1_024;

    private readonly PublicationBatch?[] _open = new PublicationBatch?[Limits.DispatchersMax];
    private readonly Stack<PublicationBatch> _kept = new();
    private ulong _filled;

    /// <summary>Empty batches kept for the next sending.</summary>
    public int KeptCount => _kept.Count;

    /// <summary>Takes over one reference of the publication.</summary>
    public void Add(int dispatcher, Publication publication, Subscription? shared)
    {
        PublicationBatch batch = _open[dispatcher] ??= _kept.TryPop(out PublicationBatch? kept) ? kept : new();
        batch.Add(publication, shared);
        _filled |= 1UL << dispatcher;
    }

    public void Keep(PublicationBatch batch)
    {
        if (_kept.Count < KeptMax && batch.Capacity <= KeptEntriesMax)
        {
            _kept.Push(batch);
        }
    }

    public void Post()
    {
        while (_filled != 0)
        {
            int dispatcher = System.Numerics.BitOperations.TrailingZeroCount(_filled);
            _filled &= _filled - 1;
            PublicationBatch batch = _open[dispatcher]!;
            _open[dispatcher] = null;
            self.Shared.Dispatchers[dispatcher].Inbox.Post(batch);
        }
    }

    /// <summary>
    /// Whether some other dispatcher is so far behind that this one should stop reading its publishers.
    /// </summary>
    public bool AnyOverLimit()
    {
        foreach (Dispatcher dispatcher in self.Shared.Dispatchers)
        {
            if (dispatcher != self && dispatcher.Inbox.IsOverLimit)
            {
                return true;
            }
        }

        return false;
    }
}

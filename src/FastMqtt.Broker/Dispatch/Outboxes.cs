// The batches a dispatcher fills for the others during a tick.

using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Outboxes(Dispatcher self)
{
    private const int KeptMax = 64;

    /// <summary>Entries of a batch that is kept: 64 are 1 MiB. One that grew larger in a flood is let go.</summary>
    private const int KeptEntriesMax = 1_024;

    private readonly PublicationBatch?[] _open = new PublicationBatch?[Limits.DispatchersMax];
    private readonly Stack<PublicationBatch> _kept = new();
    private readonly ReturnStack<PublicationBatch> _returned = new();
    private ulong _filled;

    /// <summary>Empty batches kept for the next sending.</summary>
    public int KeptCount => _kept.Count;

    /// <summary>Takes over one reference of the publication.</summary>
    public void Add(int dispatcher, Publication publication, Subscription? shared, MessageOrigin origin = default)
    {
        PublicationBatch batch = Open(dispatcher);
        Promise(batch, publication);
        batch.Add(publication, shared, origin);
    }

    /// <summary>Takes over one reference of the publication, whose payload is a burst of frames.</summary>
    public void AddBurst(int dispatcher, Publication publication, bool isMqtt5)
    {
        PublicationBatch batch = Open(dispatcher);
        Promise(batch, publication);
        batch.AddBurst(publication, isMqtt5);
    }

    /// <summary>From any thread: a batch of ours has been run.</summary>
    public void GiveBack(PublicationBatch batch) => _returned.Push(batch);

    /// <summary>Takes back the batches the others have run.</summary>
    public void Reclaim()
    {
        if (_returned.IsEmpty)
        {
            return;
        }

        PublicationBatch? batch = _returned.TakeAll();
        while (batch is not null)
        {
            PublicationBatch? next = batch.NextReturned;
            batch.NextReturned = null;
            if (_kept.Count < KeptMax && batch.Capacity <= KeptEntriesMax)
            {
                _kept.Push(batch);
            }

            batch = next;
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

    // What is acknowledged here must be durable there. Where nothing waits for that, nobody says whether it is stored.
    private void Promise(PublicationBatch batch, Publication publication)
    {
        if (self.Journal is not { } journal || publication.QoS == QualityOfService.AtMostOnce)
        {
            return;
        }

        if (journal.Waits)
        {
            batch.Promise(journal);
        }
        else
        {
            journal.Work++;
        }
    }

    private PublicationBatch Open(int dispatcher)
    {
        _filled |= 1UL << dispatcher;
        return _open[dispatcher] ??= _kept.TryPop(out PublicationBatch? kept) ? kept : new(this);
    }
}

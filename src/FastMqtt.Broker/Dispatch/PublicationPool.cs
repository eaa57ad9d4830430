// Free publications of one dispatcher. Used by that dispatcher's thread only, but for the return stack: whoever drops
// the last reference of a publication of another pool sends it home, slab and all, and its owner takes back what came
// once a tick.

using FastMqtt.Transport.Buffers;

namespace FastMqtt.Broker.Dispatch;

internal sealed class PublicationPool(SlabPool slabs)
{
    private const int SlotsMin = 64;
    private const int ObjectBytes = 120;

    private readonly ReturnStack<Publication> _returned = new();
    private Publication?[] _free = new Publication?[SlotsMin];
    private int _count;
    private int _lowWater;

    /// <summary>Bytes of the objects that lie free, about.</summary>
    public long FreeBytes => _count * (long)ObjectBytes;

    public Publication Create(in Message message)
    {
        int bytes = message.Topic.Length + message.Properties.Length + message.Payload.Length;
        Publication publication = _count > 0 ? Take() : new Publication(this);
        publication.Fill(slabs.Rent(bytes), message);
        return publication;
    }

    public void Release(Publication publication)
    {
        if (!publication.DropReference())
        {
            return;
        }

        if (publication.Home == this)
        {
            Recycle(publication);
        }
        else
        {
            publication.Home._returned.Push(publication);
        }
    }

    /// <summary>Takes back what ended on other dispatchers.</summary>
    public void Reclaim()
    {
        if (_returned.IsEmpty)
        {
            return;
        }

        Publication? publication = _returned.TakeAll();
        while (publication is not null)
        {
            Publication? next = publication.NextReturned;
            publication.NextReturned = null;
            Recycle(publication);
            publication = next;
        }
    }

    /// <summary>Gives up half of what was not needed since the last call, as the pool of slabs does.</summary>
    public void Trim()
    {
        int dropped = (_lowWater + 1) / 2;
        _count -= dropped;
        _lowWater = _count;
        Array.Clear(_free, _count, dropped);
        if (_count < _free.Length / 4)
        {
            Array.Resize(ref _free, Math.Max(_free.Length / 2, SlotsMin));
        }
    }

    private void Recycle(Publication publication)
    {
        slabs.Release(publication.Empty());
        if (_count == _free.Length)
        {
            if (_count >= Limits.FreePublications)
            {
                return;
            }

            Array.Resize(ref _free, _count * 2);
        }

        _free[_count++] = publication;
    }

    private Publication Take()
    {
        Publication publication = _free[--_count]!;
        _free[_count] = null;
        _lowWater = Math.Min(_lowWater, _count);
        return publication;
    }
}

// Free publications of one dispatcher. Not thread safe: a dispatcher releases into its own pool whatever it dropped the
// last reference of, so publications and slabs migrate to where they die, which is where the next ones are needed.

using FastMqtt.Transport.Buffers;

namespace FastMqtt.Broker.Dispatch;

internal sealed class PublicationPool(SlabPool slabs)
{
    private Publication?[] _free = new Publication?[64];
    private int _count;

    public Publication Create(in Message message)
    {
        int bytes = message.Topic.Length + message.Properties.Length + message.Payload.Length;
        Publication publication = _count > 0 ? Take() : new Publication();
        publication.Fill(slabs.Rent(bytes), message);
        return publication;
    }

    public void Release(Publication publication)
    {
        if (!publication.DropReference())
        {
            return;
        }

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
        return publication;
    }
}

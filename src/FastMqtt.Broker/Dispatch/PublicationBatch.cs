// Publications from one dispatcher to another: filled during a tick, posted once at its end. Each entry owns one
// reference. An entry with a subscription is for that session alone (a shared subscription's choice); one without is
// for every plain subscriber the target has: the target matches the topic itself, which its cache makes a few
// nanoseconds. The reader empties the batch and keeps it for its own sending, so batches are reused without a shared
// pool.

using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Dispatch;

internal sealed class PublicationBatch : InboxItem
{
    /// <summary>Bytes of a publication, its slab's object and the entry: what a one-byte message costs besides its slab.</summary>
    private const int EntryBytes = 160;

    private readonly List<Entry> _entries = new(64);
    private long _bytes;

    public override long Bytes => _bytes;

    public int Count => _entries.Count;

    /// <summary>Entries it has room for without growing.</summary>
    public int Capacity => _entries.Capacity;

    public void Add(Publication publication, Subscription? shared)
    {
        _entries.Add(new Entry(publication, shared));
        _bytes += EntryBytes + publication.Slab.Capacity;
    }

    public override void Run(Dispatcher dispatcher)
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Shared is null)
            {
                dispatcher.FanOut.RouteFromOther(entry.Publication);
            }
            else
            {
                dispatcher.FanOut.RouteShared(entry.Publication, entry.Shared);
            }

            dispatcher.FlushIfMuchIsBuffered();
        }

        _entries.Clear();
        _bytes = 0;
        dispatcher.Outboxes.Keep(this);
    }

    private readonly record struct Entry(Publication Publication, Subscription? Shared);
}

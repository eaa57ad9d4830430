// Publications from one dispatcher to another: filled during a tick, posted once at its end. Each entry owns one
// reference. An entry with a subscription is for that session alone (a shared subscription's choice); one without is
// for every plain subscriber the target has: the target matches the topic itself, which its cache makes a few
// nanoseconds. An entry can be a whole burst: the frames of one topic as they were received, one copy for all targets.
// The reader empties the batch and sends it home to be filled again.

using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Dispatch;

internal sealed class PublicationBatch(Outboxes home) : InboxItem, IReturnable<PublicationBatch>
{
    /// <summary>
    /// Bytes of a publication, its slab's object and the entry: what a message costs besides its slab.
    /// </summary>
    private const int EntryBytes = 160;

    private readonly List<Entry> _entries = new(64);
    private readonly List<long> _pledges = [];
    private Journal? _journal;
    private long _bytes;

    public PublicationBatch? NextReturned { get; set; }

    public override long Bytes => _bytes;

    public int Count => _entries.Count;

    /// <summary>Entries it has room for without growing.</summary>
    public int Capacity => _entries.Capacity;

    /// <summary>What an entry counts for in the inbox.</summary>
    public static long BytesOf(Publication publication) => EntryBytes + publication.Slab.Capacity;

    public void Add(Publication publication, Subscription? shared, MessageOrigin origin = default)
    {
        _entries.Add(new Entry(publication, shared, EntryKind.Message, origin));
        _bytes += BytesOf(publication);
    }

    public void AddBurst(Publication publication, bool isMqtt5)
    {
        _entries.Add(new Entry(publication, null, isMqtt5 ? EntryKind.BurstOfMqtt5 : EntryKind.BurstOfMqtt3, default));
        _bytes += BytesOf(publication);
    }

    /// <summary>What the sender promises now waits for this batch.</summary>
    public void Promise(Journal journal)
    {
        if (_pledges.Count > 0 && _pledges[^1] == journal.Pledge)
        {
            journal.Elsewhere.Note();
            return;
        }

        _journal = journal;
        _pledges.Add(journal.Elsewhere.Await());
    }

    public override void Run(Dispatcher dispatcher)
    {
        if (_pledges.Count == 0)
        {
            RunEntries(dispatcher);
        }
        else
        {
            RunPromised(dispatcher, dispatcher.Journal!);
        }

        _entries.Clear();
        _bytes = 0;
        home.GiveBack(this);
    }

    // What it adds here is a pledge of its own; when that is kept the sender is told, and when what the sender makes of
    // it is durable, the entries of the log here are needed no more.
    private void RunPromised(Dispatcher dispatcher, Journal journal)
    {
        journal.ClosePledge();
        long before = journal.Additions;
        RunEntries(dispatcher);
        long[] pledges = [.. _pledges];
        Dispatcher sender = dispatcher.Shared.Dispatchers[_journal!.DispatcherId];
        _pledges.Clear();
        if (journal.Additions == before)
        {
            sender.Inbox.Post(new Command(d => d.Journal!.Elsewhere.Settle(pledges, settled: null)));
            return;
        }

        LogPin pin = journal.Pin();
        journal.Pledges.After(journal.Pledge, () => sender.Inbox.Post(new Command(d => d.Journal!.Elsewhere.Settle(
            pledges, () => dispatcher.Inbox.Post(new Command(_ => pin.Release()))))));
        journal.ClosePledge();
    }

    private void RunEntries(Dispatcher dispatcher)
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Kind != EntryKind.Message)
            {
                dispatcher.FanOut.RouteBurstFromOther(entry.Publication, entry.Kind == EntryKind.BurstOfMqtt5);
            }
            else if (entry.Shared is null)
            {
                dispatcher.FanOut.RouteFromOther(entry.Publication);
            }
            else
            {
                dispatcher.FanOut.RouteShared(entry.Publication, entry.Shared, entry.Origin);
            }

            dispatcher.FlushIfMuchIsBuffered();
        }
    }

    private enum EntryKind : byte
    {
        Message,
        BurstOfMqtt3,
        BurstOfMqtt5,
    }

    private readonly record struct Entry(
        Publication Publication, Subscription? Shared, EntryKind Kind, MessageOrigin Origin);
}

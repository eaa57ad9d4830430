// Retained messages that expire, the next to do so first: a binary heap whose nodes know their place, so that
// replacing or removing a message takes it out at once. Under the lock of RetainedMessages.
namespace FastMqtt.Broker.Topics;

internal sealed class ExpiryHeap
{
    private Entry[] _entries = [];

    public int Count { get; private set; }

    public bool TryPeek(out RetainedNode node, out long dueMilliseconds)
    {
        if (Count == 0)
        {
            node = null!;
            dueMilliseconds = 0;
            return false;
        }

        node = _entries[0].Node;
        dueMilliseconds = _entries[0].DueMilliseconds;
        return true;
    }

    public void Add(RetainedNode node, long dueMilliseconds)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(4, Count * 2));
        }

        Place(Count++, new Entry(node, dueMilliseconds));
        Rise(Count - 1);
    }

    public void Remove(RetainedNode node)
    {
        int i = node.HeapPosition;
        node.HeapPosition = RetainedNode.NotInHeap;
        Entry last = _entries[--Count];
        _entries[Count] = default;
        if (i < Count)
        {
            Place(i, last);
            Rise(i);
            Sink(last.Node.HeapPosition);
        }

        if (_entries.Length > 64 && Count < _entries.Length / 4)
        {
            Array.Resize(ref _entries, _entries.Length / 2);
        }
    }

    private void Rise(int i)
    {
        Entry entry = _entries[i];
        while (i > 0)
        {
            int above = (i - 1) / 2;
            if (_entries[above].DueMilliseconds <= entry.DueMilliseconds)
            {
                break;
            }

            Place(i, _entries[above]);
            i = above;
        }

        Place(i, entry);
    }

    private void Sink(int i)
    {
        Entry entry = _entries[i];
        while (true)
        {
            int below = (2 * i) + 1;
            if (below >= Count)
            {
                break;
            }

            if (below + 1 < Count && _entries[below + 1].DueMilliseconds < _entries[below].DueMilliseconds)
            {
                below++;
            }

            if (_entries[below].DueMilliseconds >= entry.DueMilliseconds)
            {
                break;
            }

            Place(i, _entries[below]);
            i = below;
        }

        Place(i, entry);
    }

    private void Place(int i, Entry entry)
    {
        _entries[i] = entry;
        entry.Node.HeapPosition = i;
    }

    private readonly record struct Entry(RetainedNode Node, long DueMilliseconds);
}

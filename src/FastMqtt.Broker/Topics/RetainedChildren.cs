// The children of a retained node: in the order of their creation for cursors, by name for everybody else. A pruned
// child keeps its place (as a mark) until half of all are such; then the order is closed up and the epoch tells
// cursors to look for their place again. So a cursor needs no registration, and an abandoned one costs nothing. Under
// the lock of the store.
namespace FastMqtt.Broker.Topics;

internal sealed class RetainedChildren
{
    // As many names are compared one by one; more get a table.
    private const int ScanMax = 8;

    private RetainedNode[] _order = new RetainedNode[1];
    private int _pruned;
    private TopicTable? _table;

    // Places in the order, pruned ones included.
    public int PlaceCount { get; private set; }

    public bool IsEmpty => PlaceCount == _pruned;

    public uint Epoch { get; private set; }

    public RetainedNode this[int place] => _order[place];

    public RetainedNode? Find(ReadOnlySpan<byte> name, in TopicHasher hasher)
    {
        if (_table is not null)
        {
            return _table.Find(name, TopicTable.Reduce(hasher.Hash(name))) as RetainedNode;
        }

        for (int i = 0; i < PlaceCount; i++)
        {
            if (!_order[i].IsPruned && _order[i].Name.SequenceEqual(name))
            {
                return _order[i];
            }
        }

        return null;
    }

    public void Add(RetainedNode node, in TopicHasher hasher)
    {
        if (PlaceCount == _order.Length)
        {
            Array.Resize(ref _order, PlaceCount * 2);
        }

        _order[PlaceCount++] = node;
        if (_table is not null)
        {
            _table = _table.Add(node, HashOf(node, hasher));
        }
        else if (PlaceCount > ScanMax)
        {
            _table = TopicTable.Create();
            for (int i = 0; i < PlaceCount; i++)
            {
                if (!_order[i].IsPruned)
                {
                    _table = _table.Add(_order[i], HashOf(_order[i], hasher));
                }
            }
        }
    }

    public void Prune(RetainedNode node, in TopicHasher hasher)
    {
        _table = _table?.Remove(node, HashOf(node, hasher));
        node.IsPruned = true;
        _pruned++;
        if (_pruned * 2 > PlaceCount)
        {
            CloseUp();
        }
    }

    // The first place whose node was created after this one.
    public int PlaceAfter(ulong created)
    {
        int low = 0;
        int high = PlaceCount;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_order[middle].Created > created)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    // The node with this number, if it is there still.
    public RetainedNode? FindCreated(ulong created)
    {
        int place = PlaceAfter(created) - 1;
        return place >= 0 && _order[place].Created == created && !_order[place].IsPruned ? _order[place] : null;
    }

    private static uint HashOf(RetainedNode node, in TopicHasher hasher) =>
        TopicTable.Reduce(hasher.Hash(node.Name));

    private void CloseUp()
    {
        int count = PlaceCount - _pruned;
        var order = new RetainedNode[Math.Max(1, count + (count / 2))];
        int next = 0;
        for (int i = 0; i < PlaceCount; i++)
        {
            if (!_order[i].IsPruned)
            {
                order[next++] = _order[i];
            }
        }

        _order = order;
        PlaceCount = count;
        _pruned = 0;
        Epoch++;
        if (count <= ScanMax / 2)
        {
            _table = null;
        }
    }
}

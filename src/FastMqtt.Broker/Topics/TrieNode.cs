// One level of the wildcard filters. '+' and '#' are fields, literal levels are children: none, one in place, or a
// table.
//
// Writers: one at a time, under the index lock. Readers: any thread. Publication: a chain or a child is complete
// before its reference is stored with release; a node never moves. A node that became empty is unlinked and never used
// again: a reader still inside finds nothing below it, as if it had come a moment later.
namespace FastMqtt.Broker.Topics;

internal sealed class TrieNode(ReadOnlySpan<byte> level, TrieNode? parent) : TopicEntry(level)
{
    private SubscriberChain? _chain;
    private SubscriberChain? _multiLevelChain;
    private TrieNode? _singleLevel;
    private object? _children;

    public TrieNode? Parent { get; } = parent;

    // The filter that ends at this level.
    public SubscriberChain? Chain
    {
        get => Volatile.Read(ref _chain);
        set => Volatile.Write(ref _chain, value);
    }

    // The filter that goes on with '#' from here.
    public SubscriberChain? MultiLevelChain
    {
        get => Volatile.Read(ref _multiLevelChain);
        set => Volatile.Write(ref _multiLevelChain, value);
    }

    // The filters that go on with '+' from here.
    public TrieNode? SingleLevel
    {
        get => Volatile.Read(ref _singleLevel);
        set => Volatile.Write(ref _singleLevel, value);
    }

    // Those for literal levels.
    public IEnumerable<TrieNode> Children()
    {
        object? children = Volatile.Read(ref _children);
        if (children is TrieNode only)
        {
            yield return only;
        }
        else if (children is TopicTable table)
        {
            foreach (TopicEntry child in table.All())
            {
                yield return (TrieNode)child;
            }
        }
    }

    public bool IsEmpty =>
        _chain is null && _multiLevelChain is null && _singleLevel is null && _children is null;

    public TrieNode? FindChild(ReadOnlySpan<byte> name, in TopicHasher hasher)
    {
        object? children = Volatile.Read(ref _children);
        if (children is TrieNode only)
        {
            return only.Name.SequenceEqual(name) ? only : null;
        }

        return children is TopicTable table
            ? table.Find(name, TopicTable.Reduce(hasher.Hash(name))) as TrieNode
            : null;
    }

    public void AddChild(TrieNode child, in TopicHasher hasher)
    {
        object? children = _children;
        if (children is null)
        {
            Volatile.Write(ref _children, child);
            return;
        }

        TopicTable table = children as TopicTable
            ?? TopicTable.Create().Add((TrieNode)children, HashOf((TrieNode)children, hasher));
        Volatile.Write(ref _children, table.Add(child, HashOf(child, hasher)));
    }

    public void RemoveChild(TrieNode child, in TopicHasher hasher)
    {
        if (ReferenceEquals(_children, child))
        {
            Volatile.Write(ref _children, null);
            return;
        }

        TopicTable table = ((TopicTable)_children!).Remove(child, HashOf(child, hasher));
        Volatile.Write<object?>(ref _children, table.Count > 0 ? table : null);
    }

    private static uint HashOf(TrieNode node, in TopicHasher hasher) => TopicTable.Reduce(hasher.Hash(node.Name));
}

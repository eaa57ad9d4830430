// Filters with '+' or '#', by levels: those FilterTable has no place for. Match walks it for one topic: iterative, with
// the caller's reusable stack, visiting only nodes whose path matches; a topic is split only as deep as some filter
// goes. Depth is bounded by the filters', which is LevelsMax: nothing here recurses. Writers under the index lock;
// readers on any thread (see TrieNode).
namespace FastMqtt.Broker.Topics;

internal sealed class WildcardTrie(TopicHasher hasher)
{
    // Levels in a wildcard filter. The handlers refuse deeper ones long before; here it bounds the reader's stack.
    public const int LevelsMax = 200;

    private readonly TopicHasher _hasher = hasher;
    private readonly TrieNode _root = new([], null);

    // Written under the index lock.
    public int NodeCount { get; private set; }

    public SubscriberChain? Find(ReadOnlySpan<byte> filter)
    {
        TrieNode? node = _root;
        int offset = 0;
        while (node is not null && offset <= filter.Length)
        {
            ReadOnlySpan<byte> level = TopicLevel.Next(filter, ref offset);
            if (level is [(byte)'#'])
            {
                return node.MultiLevelChain;
            }

            node = level is [(byte)'+'] ? node.SingleLevel : node.FindChild(level, _hasher);
        }

        return node?.Chain;
    }

    public void Add(SubscriberChain chain)
    {
        ReadOnlySpan<byte> filter = chain.Filter;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(filter.Count((byte)'/'), LevelsMax - 1, nameof(chain));
        TrieNode node = _root;
        int offset = 0;
        while (offset <= filter.Length)
        {
            ReadOnlySpan<byte> level = TopicLevel.Next(filter, ref offset);
            if (level is [(byte)'#'])
            {
                node.MultiLevelChain = chain;
                return;
            }

            node = Descend(node, level);
        }

        node.Chain = chain;
    }

    public void Remove(SubscriberChain chain)
    {
        ReadOnlySpan<byte> filter = chain.Filter;
        TrieNode node = _root;
        int offset = 0;
        while (offset <= filter.Length)
        {
            ReadOnlySpan<byte> level = TopicLevel.Next(filter, ref offset);
            if (level is [(byte)'#'])
            {
                node.MultiLevelChain = null;
                Prune(node);
                return;
            }

            node = level is [(byte)'+'] ? node.SingleLevel! : node.FindChild(level, _hasher)!;
        }

        node.Chain = null;
        Prune(node);
    }

    // Every filter; one that comes or goes meanwhile may be missing. Any thread.
    public IEnumerable<SubscriberChain> All()
    {
        var waiting = new Stack<TrieNode>();
        waiting.Push(_root);
        while (waiting.TryPop(out TrieNode? node))
        {
            if (node.Chain is { } chain)
            {
                yield return chain;
            }

            if (node.MultiLevelChain is { } multiLevelChain)
            {
                yield return multiLevelChain;
            }

            if (node.SingleLevel is { } singleLevel)
            {
                waiting.Push(singleLevel);
            }

            foreach (TrieNode child in node.Children())
            {
                waiting.Push(child);
            }
        }
    }

    // The scratch has been started for this topic.
    public void Match(ReadOnlySpan<byte> topic, MatchScratch scratch, MatchResult result)
    {
        TrieNode? node = _root;
        int depth = 0;
        bool hidden = topic is [(byte)'$', ..];
        while (node is not null)
        {
            // A filter with a leading wildcard does not see topics that begin with '$' [MQTT-4.7.2-1].
            bool isVisible = depth > 0 || !hidden;
            // '#' stands for the parent level too: "a/#" matches "a" (section 4.7.1.2).
            if (isVisible && node.MultiLevelChain is { } multiLevelChain)
            {
                result.Add(multiLevelChain);
            }

            TrieNode? next = null;
            if (scratch.TryLevel(topic, depth, out ReadOnlySpan<byte> level))
            {
                TrieNode? singleLevel = isVisible ? node.SingleLevel : null;
                next = node.FindChild(level, _hasher);
                depth++;
                if (next is null)
                {
                    next = singleLevel;
                }
                else if (singleLevel is not null)
                {
                    scratch.Push(singleLevel, depth);
                }
            }
            else if (node.Chain is { } chain)
            {
                result.Add(chain);
            }

            node = next ?? scratch.Pop(out depth);
        }
    }

    private TrieNode Descend(TrieNode node, ReadOnlySpan<byte> level)
    {
        bool isSingleLevel = level is [(byte)'+'];
        TrieNode? child = isSingleLevel ? node.SingleLevel : node.FindChild(level, _hasher);
        if (child is null)
        {
            child = new TrieNode(level, node);
            NodeCount++;
            if (isSingleLevel)
            {
                node.SingleLevel = child;
            }
            else
            {
                node.AddChild(child, _hasher);
            }
        }

        return child;
    }

    private void Prune(TrieNode node)
    {
        while (node.IsEmpty && node.Parent is { } parent)
        {
            if (ReferenceEquals(parent.SingleLevel, node))
            {
                parent.SingleLevel = null;
            }
            else
            {
                parent.RemoveChild(node, _hasher);
            }

            NodeCount--;
            node = parent;
        }
    }
}

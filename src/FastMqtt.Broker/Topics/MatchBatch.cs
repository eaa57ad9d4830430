// Matches the next topics of a read together. With 100,000 filters and more, a topic that was not seen lately costs a
// row of waits for memory, each of which begins when the one before is over: its places in the table, the chains, their
// subscriptions. Done step by step for all topics, the waits of a step overlap.
//
// Order of events: the index's generation is read, then the topics are matched, then each is taken when its packet is
// handled, unless the generation has changed: then somebody's subscription may be missing, and it is matched again.
// A result that was taken is not to be kept: the stamps MatchCache would keep it with may be newer than the match.
// What is in the trie is matched when a result is taken: to walk it ahead cost as much as it saved.
// One thread, with its MatchCache.
using System.Runtime.CompilerServices;

namespace FastMqtt.Broker.Topics;

internal sealed class MatchBatch(SubscriptionIndex index)
{
    // As many loads as a processor keeps under way, and few enough to stay in its cache.
    public const int TopicsMax = 16;

    // Topics with up to three shapes fill it.
    private const int KeysMax = (4 * TopicsMax) + FilterTable.ShapesMax;

    private readonly MatchScratch _scratch = new();
    private readonly Topic[] _topics = new Topic[TopicsMax];
    private readonly byte[] _bytes = new byte[TopicsMax * MatchCache.TopicBytesMax];
    private readonly uint[] _keys = new uint[KeysMax];
    private readonly Found[] _found = new Found[KeysMax];
    private uint _generation;
    private int _count;
    private int _keyCount;
    private int _next;

    public bool IsFull => _count == TopicsMax || _keyCount > KeysMax - FilterTable.ShapesMax - 1;

    public int Count => _count;

    // What was read: a load without use would be compiled away.
    public int Sum { get; private set; }

    public void Clear()
    {
        _generation = index.Generation;
        _count = 0;
        _keyCount = 0;
        _next = 0;
    }

    // Unless it is full. Longer topics are left out.
    public void Add(ReadOnlySpan<byte> topic)
    {
        if (topic.Length > MatchCache.TopicBytesMax)
        {
            return;
        }

        ref Topic added = ref _topics[_count];
        topic.CopyTo(_bytes.AsSpan(_count++ * MatchCache.TopicBytesMax));
        added.Hash = index.Hasher.Hash(topic);
        added.Length = topic.Length;
        added.Shapes = index.Filters.ShapesFor(topic, _scratch);
        added.FirstKey = _keyCount;
        _keys[_keyCount++] = TopicTable.Reduce(added.Hash);
        foreach (FilterShape shape in added.Shapes)
        {
            _keys[_keyCount++] = shape.Hash(_scratch.LevelHashes);
        }
    }

    public void Match()
    {
        ReadOnlySpan<uint> keys = _keys.AsSpan(0, _keyCount);
        uint sum = 0;
        foreach (uint key in keys)
        {
            sum += index.Filters.SegmentOf(key).Touch(key);
        }

        for (int i = 0; i < keys.Length; i++)
        {
            TopicTable table = index.Filters.SegmentOf(keys[i]);
            int at = table.HomeOf(keys[i]);
            _found[i].Chain = Unsafe.As<SubscriberChain?>(table.FindNext(keys[i], ref at));
        }

        Span<Found> found = _found.AsSpan(0, _keyCount);
        foreach (ref Found entry in found)
        {
            sum += entry.Chain is { } chain ? chain.Touch() : 0;
        }

        foreach (ref Found entry in found)
        {
            sum += entry.Chain?.First is { } first ? first.Identifier : 0;
        }

        Sum += (int)sum;
        for (int i = 0; i < _count; i++)
        {
            Collect(i, ref _topics[i]);
        }

        found.Clear();
    }

    // The result for a topic that was matched here, once; topics are taken in the order they were added, those between
    // are given up. False: match it.
    public bool TryTake(ReadOnlySpan<byte> topic, ulong hash, MatchResult result)
    {
        while (_next < _count)
        {
            int i = _next++;
            ref Topic known = ref _topics[i];
            if (known.Hash == hash && topic.SequenceEqual(BytesOf(i)))
            {
                bool isValid = known.IsMatched && index.Generation == _generation;
                if (isValid)
                {
                    result.CopyFrom(known.Result);
                }

                return isValid;
            }
        }

        return false;
    }

    private void Collect(int i, ref Topic topic)
    {
        ReadOnlySpan<byte> bytes = BytesOf(i);
        topic.Result ??= new MatchResult();
        topic.Result.Clear();
        topic.IsMatched = true;
        if (_found[topic.FirstKey].Chain is { } exact)
        {
            topic.IsMatched = exact.Filter.SequenceEqual(bytes);
            topic.Result.Add(exact);
        }

        _scratch.Start();
        for (int n = 0; n < topic.Shapes.Length; n++)
        {
            if (_found[topic.FirstKey + 1 + n].Chain is { } chain)
            {
                // Another filter with the same hash is rare: the whole topic is matched again.
                topic.IsMatched &= topic.Shapes[n].IsFilter(chain.Filter, bytes, _scratch);
                topic.Result.Add(chain);
            }
        }
    }

    private ReadOnlySpan<byte> BytesOf(int i) =>
        _bytes.AsSpan(i * MatchCache.TopicBytesMax, _topics[i].Length);

    // A struct, because storing into an array of a class that is not sealed costs a look at what is stored.
    private struct Found
    {
        public SubscriberChain? Chain;
    }

    private struct Topic
    {
        public ulong Hash;
        public MatchResult Result;
        public FilterShape[] Shapes;
        public int Length;
        public int FirstKey;
        public bool IsMatched;
    }
}

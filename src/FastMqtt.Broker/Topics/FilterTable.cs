// Filters by hash: the exact ones, and the wildcard filters of the shapes in use (see FilterShape). A topic's filters
// are found by one look, and one more per shape, however many filters there are. Nearly all brokers know filters of a
// few shapes only; what has more levels, or comes when ShapesMax shapes are in use, is refused and lies in
// WildcardTrie, whose walk costs a wait for memory at each level but has no bad case.
//
// Writers: one at a time, under the index lock. Readers: any thread, no lock. Publication: a chain is in the table
// before its shape is in the groups, each stored with release. A shape that no filter has any more stays until its
// place is needed: one client that comes and goes would otherwise build the groups each time.
namespace FastMqtt.Broker.Topics;

internal sealed class FilterTable(TopicHasher hasher, int shapesMax)
{
    // Looks that a topic costs at most beside its exact filter. With more shapes the trie is as fast.
    public const int ShapesMax = 16;

    private const int LevelCounts = FilterShape.LevelsMax + 2;

    private readonly TopicHasher _hasher = hasher;
    private readonly TopicDirectory _filters = new();

    // The shapes, and how many filters have each: for writers.
    private FilterShape[] _shapes = [];
    private int[] _shapeCounts = [];

    // For readers: the shapes that match topics of so many levels (the last: of more than shapes have), and then the
    // same for topics that begin with '$'.
    private FilterShape[][] _shapesByLevels = GroupByLevels([]);

    public int Count => _filters.Count;

    // Those that some filter has.
    public int ShapeCount => _shapeCounts.Length - _shapeCounts.AsSpan().Count(0);

    public SubscriberChain? Find(ReadOnlySpan<byte> filter) =>
        TryHash(filter, out _, out uint hash) ? Find(filter, hash) : null;

    // The filter must not be there yet. False: it has no place here.
    public bool TryAdd(SubscriberChain chain)
    {
        if (!TryHash(chain.Filter, out FilterShape shape, out uint hash))
        {
            return false;
        }

        int place = shape.IsExact ? 0 : PlaceOf(shape);
        if (place < 0)
        {
            return false;
        }

        _filters.Add(chain, hash);
        if (!shape.IsExact)
        {
            Use(place, shape);
        }

        return true;
    }

    // False: it is not here.
    public bool TryRemove(SubscriberChain chain)
    {
        if (!TryHash(chain.Filter, out FilterShape shape, out uint hash)
            || !ReferenceEquals(Find(chain.Filter, hash), chain))
        {
            return false;
        }

        _filters.Remove(chain, hash);
        if (!shape.IsExact)
        {
            _shapeCounts[Array.IndexOf(_shapes, shape)]--;
        }

        return true;
    }

    // Where chains with this (reduced) hash lie: all entries there are chains. It may be replaced at any time.
    public TopicTable SegmentOf(uint hash) => _filters.SegmentOf(hash);

    // See TopicDirectory.Next.
    public TopicTable Next(ref uint suffix) => _filters.Next(ref suffix);

    // With the topic's hash.
    public void Match(ReadOnlySpan<byte> topic, ulong hash, MatchResult result)
    {
        if (Find(topic, TopicTable.Reduce(hash)) is { } exact)
        {
            result.Add(exact);
        }

        foreach (FilterShape shape in ShapesFor(topic, result.Scratch))
        {
            uint key = shape.Hash(result.Scratch.LevelHashes);
            TopicTable table = SegmentOf(key);
            int at = table.HomeOf(key);
            while (table.FindNext(key, ref at) is { } found)
            {
                if (shape.IsFilter(found.Name, topic, result.Scratch))
                {
                    result.Add((SubscriberChain)found);
                    break;
                }
            }
        }
    }

    // The shapes of filters that may match the topic. With the hashes of its levels in the scratch, if there are any.
    public FilterShape[] ShapesFor(ReadOnlySpan<byte> topic, MatchScratch scratch)
    {
        FilterShape[][] shapes = Volatile.Read(ref _shapesByLevels);
        scratch.Start();
        return shapes.Length == 0
            ? []
            : shapes[scratch.HashLevels(topic, _hasher) + (topic is [(byte)'$', ..] ? LevelCounts : 0)];
    }

    private static FilterShape[][] GroupByLevels(FilterShape[] shapes)
    {
        if (shapes.Length == 0)
        {
            return [];
        }

        var groups = new FilterShape[2 * LevelCounts][];
        for (int levels = 0; levels < LevelCounts; levels++)
        {
            FilterShape[] fitting = Array.FindAll(shapes, shape => shape.Fits(levels));
            groups[levels] = fitting;
            // A filter with a leading wildcard does not see topics that begin with '$' [MQTT-4.7.2-1].
            groups[LevelCounts + levels] = Array.FindAll(fitting, shape => !shape.BeginsWithWildcard);
        }

        return groups;
    }

    private SubscriberChain? Find(ReadOnlySpan<byte> filter, uint hash) =>
        SegmentOf(hash).Find(filter, hash) as SubscriberChain;

    // False: a wildcard filter with more levels than a shape.
    private bool TryHash(ReadOnlySpan<byte> filter, out FilterShape shape, out uint hash)
    {
        if (filter.ContainsAny((byte)'+', (byte)'#'))
        {
            return FilterShape.TryRead(filter, _hasher, out shape, out hash);
        }

        shape = default;
        hash = TopicTable.Reduce(_hasher.Hash(filter));
        return true;
    }

    // Where a shape is or can be: -1 when all places are in use by others.
    private int PlaceOf(FilterShape shape)
    {
        int place = Array.IndexOf(_shapes, shape);
        return place >= 0 ? place
            : _shapes.Length < shapesMax ? _shapes.Length
            : Array.IndexOf(_shapeCounts, 0);
    }

    private void Use(int place, FilterShape shape)
    {
        if (place == _shapes.Length)
        {
            Array.Resize(ref _shapes, place + 1);
            Array.Resize(ref _shapeCounts, place + 1);
        }

        if (_shapeCounts[place]++ == 0 && _shapes[place] != shape)
        {
            _shapes[place] = shape;
            Volatile.Write(ref _shapesByLevels, GroupByLevels(_shapes));
        }
    }
}

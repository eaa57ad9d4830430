// How long does it take to find a topic's subscribers among those of others? Hit: the dispatcher's cache knows the
// topic. Miss: it does not, and the index is asked. None: nobody has subscribed to it. Filters have 30 characters.

using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class Match
{
    /// <summary>Topics matched in turn: more than one, so that a processor does not learn the one.</summary>
    private const int TopicCount = 64;

    private readonly MatchResult _result = new();
    private SubscriptionIndex _index = new(1, 1);
    private MatchCache _cache = null!;
    private byte[][] _topics = [];
    private byte[][] _unknown = [];
    private int _turn;

    /// <summary>
    /// A dry run, which only shows that benchmarks work, leaves out the million: it takes seconds to build.
    /// </summary>
    public static IEnumerable<int> FilterCounts =>
        BenchmarkJobs.IsDry ? [1, 1_000, 100_000] : [1, 1_000, 100_000, 1_000_000];

    [ParamsSource(nameof(FilterCounts))]
    public int Filters { get; set; }

    [Params(FilterMix.Exact, FilterMix.Wildcard, FilterMix.Mixed)]
    public FilterMix Mix { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _index = FilterSets.Index(Filters, Mix);
        _cache = new MatchCache(_index);
        _topics = new byte[TopicCount][];
        _unknown = new byte[TopicCount][];
        for (int i = 0; i < TopicCount; i++)
        {
            int filter = (int)((long)i * Filters / TopicCount);
            _topics[i] = FilterSets.Topic(filter);
            _unknown[i] = FilterSets.UnknownTopic(filter);
        }

        if (Hit() != 1 || Miss() != 1 || None() != 0)
        {
            throw new InvalidOperationException("Every topic matches one filter, an unknown one none.");
        }
    }

    [Benchmark(Baseline = true)]
    public int Hit() => _cache.Find(Next(_topics)).ChainCount;

    [Benchmark]
    public int Miss()
    {
        _index.Match(Next(_topics), _result);
        return _result.ChainCount;
    }

    [Benchmark]
    public int None()
    {
        _index.Match(Next(_unknown), _result);
        return _result.ChainCount;
    }

    private byte[] Next(byte[][] topics) => topics[_turn++ & (TopicCount - 1)];
}

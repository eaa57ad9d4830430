// Which filters match a topic: each compared with it, level by level, against the index of exact table and trie.

using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Benchmarks.Baselines;

[MemoryDiagnoser]
public class NaiveMatch
{
    private const FilterMix Mix = FilterMix.Mixed;

    private readonly MatchResult _result = new();
    private byte[][] _filters = [];
    private byte[] _topic = [];
    private SubscriptionIndex _index = new(1, 1);

    [Params(10, 1_000)]
    public int Filters { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _filters = [.. Enumerable.Range(0, Filters).Select(filter => FilterSets.Filter(filter, Mix))];
        _index = FilterSets.Index(Filters, Mix);
        _topic = FilterSets.Topic(Filters / 2);
        if (EachFilter() != 1 || Index() != 1)
        {
            throw new InvalidOperationException("The topic matches one filter.");
        }
    }

    [Benchmark(Baseline = true)]
    public int EachFilter()
    {
        int matches = 0;
        foreach (byte[] filter in _filters)
        {
            matches += IsMatch(filter, _topic) ? 1 : 0;
        }

        return matches;
    }

    [Benchmark]
    public int Index()
    {
        _index.Match(_topic, _result);
        return _result.ChainCount;
    }

    // Section 4.7 for topics that do not begin with '$'.
    private static bool IsMatch(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        int filterAt = 0;
        int topicAt = 0;
        while (filterAt <= filter.Length)
        {
            ReadOnlySpan<byte> level = TopicLevel.Next(filter, ref filterAt);
            if (level is [(byte)'#'])
            {
                return true;
            }

            if (topicAt > topic.Length)
            {
                return false;
            }

            ReadOnlySpan<byte> name = TopicLevel.Next(topic, ref topicAt);
            if (level is not [(byte)'+'] && !level.SequenceEqual(name))
            {
                return false;
            }
        }

        return topicAt > topic.Length;
    }
}

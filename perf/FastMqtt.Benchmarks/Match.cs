// How long does it take to find a topic's subscribers among those of others? A hit is a topic the dispatcher's cache
// knows; a miss asks the index. Filters are `site/N/sensor/M` or `site/N/+/M`; always one of them matches.

using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class Match
{
    /// <summary>Topics matched in turn: more than one, so that a processor does not learn the one.</summary>
    private const int TopicCount = 64;

    private const int FiltersPerSite = 100;

    private readonly MatchResult _result = new();
    private SubscriptionIndex _index = new(1, 1);
    private MatchCache _cache = null!;
    private byte[][] _topics = [];
    private int _turn;

    [Params(1, 1_000, 100_000)]
    public int Filters { get; set; }

    [Params(false, true)]
    public bool Wildcard { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _index = new SubscriptionIndex(1, 1);
        _cache = new MatchCache(_index);
        var session = new Session(0, 1, []);
        var options = new SubscriptionOptions(QualityOfService.AtMostOnce);
        string level = Wildcard ? "+" : "sensor";
        for (int i = 0; i < Filters; i++)
        {
            _index.Add(session, default, Packets.Bytes(Name(i, level)), options, 0);
        }

        _topics = new byte[TopicCount][];
        for (int i = 0; i < TopicCount; i++)
        {
            _topics[i] = Packets.Bytes(Name((int)((long)i * Filters / TopicCount), "sensor"));
        }

        if (Hit() != 1 || Miss() != 1)
        {
            throw new InvalidOperationException("Every topic matches one filter.");
        }
    }

    [Benchmark(Baseline = true)]
    public int Hit() => _cache.Find(NextTopic()).ChainCount;

    [Benchmark]
    public int Miss()
    {
        _index.Match(NextTopic(), _result);
        return _result.ChainCount;
    }

    private static string Name(int filter, string level) =>
        $"site/{filter / FiltersPerSite}/{level}/{filter % FiltersPerSite}";

    private byte[] NextTopic() => _topics[_turn++ & (TopicCount - 1)];
}

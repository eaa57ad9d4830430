// What does a message cost whose topic was not seen lately, by the number of filters? 64 PUBLISH packets of one read,
// on topics drawn from all filters, so that nothing about them is in the processor's caches when there are many. One
// operation is one packet: its topic found in the frame, and its filters in the index.

using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class ColdMatch
{
    private const int PacketsPerRead = 64;
    private const int ReadCount = 1_024;
    private const int HeaderLength = 2;

    private readonly byte[][] _reads = new byte[ReadCount][];
    private MatchCache _cache = null!;
    private MatchCache _trieCache = null!;
    private TopicForesight _foresight = null!;
    private int _turn;

    public static IEnumerable<int> FilterCounts => BenchmarkJobs.IsDry ? [100_000] : [100_000, 1_000_000];

    [ParamsSource(nameof(FilterCounts))]
    public int Filters { get; set; }

    [Params(FilterMix.Exact, FilterMix.Mixed)]
    public FilterMix Mix { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        SubscriptionIndex index = FilterSets.Index(Filters, Mix);
        _cache = new MatchCache(index);
        _trieCache = new MatchCache(FilterSets.Build(Filters, Mix, shapesMax: 0));
        _foresight = new TopicForesight(index, _cache);
        var random = new Random(1);
        for (int i = 0; i < ReadCount; i++)
        {
            _reads[i] = [.. Enumerable.Range(0, PacketsPerRead).SelectMany(_ => Packet(random.Next(Filters)))];
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = PacketsPerRead)]
    public int LookingAhead()
    {
        byte[] read = Next();
        int chains = 0;
        int foreseen = 0;
        for (int at = 0; at < read.Length;)
        {
            if (at >= foreseen)
            {
                foreseen = at + _foresight.LookAhead(read.AsSpan(at), int.MaxValue, ProtocolVersion.Mqtt311);
            }

            chains += Find(_cache, read, ref at);
        }

        return chains;
    }

    [Benchmark(OperationsPerInvoke = PacketsPerRead)]
    public int OneByOne() => FindAll(_cache);

    /// <summary>All wildcard filters in the trie, as before 2026-11-28.</summary>
    [Benchmark(OperationsPerInvoke = PacketsPerRead)]
    public int OneByOneInTrie() => FindAll(_trieCache);

    private static byte[] Packet(int filter)
    {
        byte[] topic = FilterSets.Topic(filter);
        return [0x30, (byte)(topic.Length + sizeof(ushort)), 0, (byte)topic.Length, .. topic];
    }

    private static int Find(MatchCache cache, byte[] read, ref int at)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(read.AsSpan(at + HeaderLength));
        int topic = at + HeaderLength + sizeof(ushort);
        at = topic + length;
        return cache.Find(read.AsSpan(topic, length)).ChainCount;
    }

    private int FindAll(MatchCache cache)
    {
        byte[] read = Next();
        int chains = 0;
        for (int at = 0; at < read.Length;)
        {
            chains += Find(cache, read, ref at);
        }

        return chains;
    }

    private byte[] Next() => _reads[_turn++ & (ReadCount - 1)];
}

// From a topic's bytes to what is kept for it, among many: the framework's tables, by bytes and by text, against the
// broker's own open addressing. The hash is part of each.

using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Benchmarks.Baselines;

[MemoryDiagnoser]
public class TopicLookUp
{
    private const int TopicCount = 64;

    private readonly TopicHasher _hasher = new(1);
    private readonly byte[][] _topics = new byte[TopicCount][];
    private Dictionary<byte[], SubscriberChain> _dictionary = [];
    private ConcurrentDictionary<byte[], SubscriberChain> _concurrent = [];
    private Dictionary<string, SubscriberChain> _texts = [];
    private TopicTable _table = TopicTable.Create();
    private int _turn;

    [Params(1_000, 100_000)]
    public int Topics { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _dictionary = new Dictionary<byte[], SubscriberChain>(new ByteComparer(_hasher));
        _concurrent = new ConcurrentDictionary<byte[], SubscriberChain>(new ByteComparer(_hasher));
        _texts = [];
        _table = TopicTable.Create();
        for (int i = 0; i < Topics; i++)
        {
            byte[] topic = FilterSets.Topic(i);
            var chain = new SubscriberChain(topic);
            _dictionary.Add(topic, chain);
            _concurrent[topic] = chain;
            _texts.Add(Encoding.UTF8.GetString(topic), chain);
            _table = _table.Add(chain, TopicTable.Reduce(_hasher.Hash(topic)));
        }

        for (int i = 0; i < TopicCount; i++)
        {
            _topics[i] = FilterSets.Topic((int)((long)i * Topics / TopicCount));
        }
    }

    [Benchmark(Baseline = true)]
    public int DictionaryByBytes() =>
        _dictionary.GetAlternateLookup<ReadOnlySpan<byte>>()[Next()].Filter.Length;

    [Benchmark]
    public int ConcurrentDictionaryByBytes() =>
        _concurrent.GetAlternateLookup<ReadOnlySpan<byte>>()[Next()].Filter.Length;

    [Benchmark]
    public int DictionaryByText() => _texts[Encoding.UTF8.GetString(Next())].Filter.Length;

    [Benchmark]
    public int OwnTable()
    {
        ReadOnlySpan<byte> topic = Next();
        return _table.Find(topic, TopicTable.Reduce(_hasher.Hash(topic)))!.Name.Length;
    }

    private byte[] Next() => _topics[_turn++ & (TopicCount - 1)];

    private sealed class ByteComparer(TopicHasher hasher)
        : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)hasher.Hash(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}

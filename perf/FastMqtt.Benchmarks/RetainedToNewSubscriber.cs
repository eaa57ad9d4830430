// How long does a new subscriber's first sight of the retained messages take? SUBSCRIBE, everything that matches,
// UNSUBSCRIBE; per retained message. What is allocated is the subscription itself, spread over the messages.

using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class RetainedToNewSubscriber
{
    private const int Count = 10_000;
    private const string Filter = "site/#";

    private EmbeddedBroker _broker = null!;
    private MemorySocket _subscriber = null!;
    private byte[] _subscribe = [];
    private byte[] _unsubscribe = [];

    [Params(ProtocolVersion.Mqtt311, ProtocolVersion.Mqtt5)]
    public ProtocolVersion Version { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _broker = new EmbeddedBroker();
        MemorySocket publisher = _broker.Connect(Version);
        for (int i = 0; i < Count; i++)
        {
            string topic = $"site/{i / 100}/sensor/{i % 100}";
            publisher.Send(Packets.Publish(Version, topic, QualityOfService.AtMostOnce, retain: true));
        }

        _broker.RunToRest();
        _subscriber = _broker.Connect(Version);
        _subscribe = Packets.Subscribe(Version, Filter, QualityOfService.AtMostOnce);
        _unsubscribe = Packets.Unsubscribe(Version, Filter);
        long before = _subscriber.ReceivedBytes;
        All();
        if (_subscriber.ReceivedBytes - before < Count * Packets.PayloadBytes)
        {
            throw new InvalidOperationException("Not every retained message arrived.");
        }
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public void All()
    {
        _subscriber.Send(_subscribe);
        _broker.RunToRest();
        _subscriber.Send(_unsubscribe);
        _broker.RunToRest();
    }
}

// How long does it take to bring one message to very many subscribers, in slices over many ticks? Per subscriber, with
// the acknowledgements of QoS 1.

using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class LargeFanOut
{
    private const int Subscribers = 10_000;
    private const string Topic = "site/7/state";

    private EmbeddedBroker _broker = null!;
    private MemorySocket _publisher = null!;
    private byte[] _publish = [];

    [Params(QualityOfService.AtMostOnce, QualityOfService.AtLeastOnce)]
    public QualityOfService QoS { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _broker = new EmbeddedBroker();
        _publisher = _broker.Connect(ProtocolVersion.Mqtt311);
        MemorySocket? last = null;
        for (int i = 0; i < Subscribers; i++)
        {
            last = _broker.Subscribe(ProtocolVersion.Mqtt311, Topic, QoS);
        }

        _publish = Packets.Publish(ProtocolVersion.Mqtt311, Topic, QoS, 1);
        for (int i = 0; i < 2; i++)
        {
            long before = last!.ReceivedBytes;
            Walk();
            if (last.ReceivedBytes - before != _publish.Length)
            {
                throw new InvalidOperationException("The last subscriber got nothing.");
            }
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Subscribers)]
    public void Walk()
    {
        _publisher.Send(_publish);
        _broker.RunToRest();
    }
}

// What hooks cost: a message from the bytes of a publisher's connection to those of one subscriber, without hooks, with
// one that only looks at what is published, with one that only looks at what is delivered. 64 bytes of payload. With
// either each message of a burst is routed alone. Without hooks it is WholeConnection's path, for the comparison.

using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker.Hooks;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class HookedConnection
{
    private const int Count = 100;
    private const string Topic = "site/7/state";
    private const string OtherTopic = "site/8/state";

    private EmbeddedBroker _broker = null!;
    private MemorySocket _publisher = null!;
    private byte[] _single = [];
    private byte[] _burst = [];
    private byte[] _mixed = [];
    private byte[] _qos1 = [];

    [Params("None", "Publishing", "Delivering")]
    public string Hook { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        const ProtocolVersion Version = ProtocolVersion.Mqtt5;
        _broker = new EmbeddedBroker(Hook switch
        {
            "Publishing" => new BrokerHooks { Publishing = static (ref _) => { } },
            "Delivering" => new BrokerHooks { Delivering = static (ref _) => { } },
            _ => null,
        });
        _publisher = _broker.Connect(Version);
        MemorySocket subscriber = _broker.Subscribe(Version, "site/+/state", QualityOfService.ExactlyOnce);
        _single = Packets.Publish(Version, Topic, QualityOfService.AtMostOnce);
        _burst = Packets.Repeat(Count, _ => _single);
        _mixed = Packets.Repeat(
            Count, i => Packets.Publish(Version, (i & 1) == 0 ? Topic : OtherTopic, QualityOfService.AtMostOnce));
        _qos1 = Packets.Repeat(Count, i => Packets.Publish(Version, Topic, QualityOfService.AtLeastOnce, i));
        foreach (byte[] packets in (byte[][])[_single, _burst, _mixed, _qos1])
        {
            long before = subscriber.ReceivedBytes;
            Exchange(packets);
            if (subscriber.ReceivedBytes - before != packets.Length)
            {
                throw new InvalidOperationException("Not everything was delivered.");
            }
        }
    }

    /// <summary>One packet in a read.</summary>
    [Benchmark]
    public void QoS0Single() => Exchange(_single);

    /// <summary>Packets of one topic behind each other: a block, unless a hook sees each.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void QoS0Burst() => Exchange(_burst);

    /// <summary>Two topics in turn: no block can be formed, so this is what the hook itself costs.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void QoS0Mixed() => Exchange(_mixed);

    /// <summary>PUBLISH and PUBACK on both sides.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void QoS1() => Exchange(_qos1);

    private void Exchange(byte[] packets)
    {
        _publisher.Send(packets);
        _broker.Run();
    }
}

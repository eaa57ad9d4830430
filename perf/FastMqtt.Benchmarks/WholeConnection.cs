// How long does the broker take for a message, from the bytes of a publisher's connection to the bytes of each
// subscriber's, acknowledgements of both sides included, without sockets? Per published message; divide by Subscribers.
// 64 bytes of payload. What real sockets add is the system's and is measured by make bench.

using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class WholeConnection
{
    /// <summary>Messages of one read: what a busy publisher's socket holds.</summary>
    private const int Count = 100;

    private const string Topic = "site/7/state";
    private const string OtherTopic = "site/8/state";

    private EmbeddedBroker _broker = null!;
    private MemorySocket _publisher = null!;
    private byte[] _single = [];
    private byte[] _burst = [];
    private byte[] _mixed = [];
    private byte[] _qos1 = [];
    private byte[] _qos2 = [];
    private byte[] _pubrels = [];

    [Params(1, 100)]
    public int Subscribers { get; set; }

    [Params(ProtocolVersion.Mqtt311, ProtocolVersion.Mqtt5)]
    public ProtocolVersion Version { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _broker = new EmbeddedBroker();
        _publisher = _broker.Connect(Version);
        MemorySocket? last = null;
        for (int i = 0; i < Subscribers; i++)
        {
            last = _broker.Subscribe(Version, "site/+/state", QualityOfService.ExactlyOnce);
        }

        _single = Packets.Publish(Version, Topic, QualityOfService.AtMostOnce);
        _burst = Packets.Repeat(Count, _ => _single);
        _mixed = Packets.Repeat(
            Count, i => Packets.Publish(Version, (i & 1) == 0 ? Topic : OtherTopic, QualityOfService.AtMostOnce));
        _qos1 = Packets.Repeat(Count, i => Packets.Publish(Version, Topic, QualityOfService.AtLeastOnce, i));
        _qos2 = Packets.Repeat(Count, i => Packets.Publish(Version, Topic, QualityOfService.ExactlyOnce, i));
        _pubrels = Packets.Repeat(Count, i => Packets.Acknowledgement(Version, PacketType.Pubrel, i));
        Prove(last!);
    }

    /// <summary>One packet in a read: everything a tick costs is paid by one message.</summary>
    [Benchmark]
    public void QoS0Single() => Exchange(_single);

    /// <summary>Packets of one topic behind each other are routed as one block.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void QoS0Burst() => Exchange(_burst);

    /// <summary>Two topics in turn, so that no block can be formed.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void QoS0Mixed() => Exchange(_mixed);

    /// <summary>PUBLISH and PUBACK on both sides.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void QoS1() => Exchange(_qos1);

    /// <summary>PUBLISH, PUBREC, PUBREL and PUBCOMP on both sides.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void QoS2()
    {
        Exchange(_qos2);
        Exchange(_pubrels);
    }

    private void Exchange(byte[] packets)
    {
        _publisher.Send(packets);
        _broker.Run();
    }

    // A benchmark of a broker that drops everything would be fast: each round must bring the subscriber what it should,
    // twice, so that acknowledgements that went nowhere show too.
    private void Prove(MemorySocket subscriber)
    {
        for (int i = 0; i < 2; i++)
        {
            Prove(subscriber, QoS0Single, _single.Length);
            Prove(subscriber, QoS0Burst, _burst.Length);
            Prove(subscriber, QoS0Mixed, _mixed.Length);
            Prove(subscriber, QoS1, _qos1.Length);
            Prove(subscriber, QoS2, _qos2.Length + _pubrels.Length);
        }
    }

    private static void Prove(MemorySocket subscriber, Action round, int bytes)
    {
        long before = subscriber.ReceivedBytes;
        round();
        if (subscriber.ReceivedBytes - before != bytes)
        {
            throw new InvalidOperationException(
                $"{round.Method.Name}: {bytes} bytes expected, {subscriber.ReceivedBytes - before} received.");
        }
    }
}

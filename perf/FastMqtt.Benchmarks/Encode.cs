// How long does it take to write a packet? The codec's own writers, and the head that the broker encodes once per
// message and layout and then copies to each receiver.

using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class Encode
{
    private readonly byte[] _topic = Packets.Bytes("site/7/sensor/42/state");
    private readonly byte[] _payload = new byte[Packets.PayloadBytes];
    private readonly byte[] _output = new byte[512];
    private readonly PublishEncoder _encoder = new();

    [Params(ProtocolVersion.Mqtt311, ProtocolVersion.Mqtt5)]
    public ProtocolVersion Version { get; set; }

    [Benchmark(Baseline = true)]
    public int Publish()
    {
        var packet = new PublishPacket { Topic = _topic, Payload = _payload };
        return packet.Write(Version, _output);
    }

    [Benchmark]
    public int PublishQoS1()
    {
        var packet = new PublishPacket
        {
            QoS = QualityOfService.AtLeastOnce,
            Topic = _topic,
            PacketIdentifier = 7,
            Payload = _payload,
        };
        return packet.Write(Version, _output);
    }

    /// <summary>What the first receiver of a layout costs more than the others.</summary>
    [Benchmark]
    public int PublishHead()
    {
        var message = new Message
        {
            Topic = _topic,
            Payload = _payload,
            QoS = QualityOfService.AtLeastOnce,
            ExpiresAtMilliseconds = long.MaxValue,
        };
        int layout = PublishEncoder.LayoutOf(Version == ProtocolVersion.Mqtt5, QualityOfService.AtLeastOnce);
        _encoder.Begin();
        return _encoder.Head(in message, layout, 0, out _).Length;
    }

    [Benchmark]
    public int Puback()
    {
        var packet = new AcknowledgementPacket { Type = PacketType.Puback, PacketIdentifier = 7 };
        return packet.Write(Version, _output);
    }
}

// QoS 0 packets of one topic behind each other in one read: decoded, matched and routed one by one, which is the
// algorithm before bursts, against one block. Per message, from received bytes to a subscriber's output.

using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks.Baselines;

[MemoryDiagnoser]
public class BurstRouting
{
    private const int Count = 100;
    private const int MaximumPacketSize = 2_000_000;
    private const string Topic = "site/7/state";

    private readonly byte[] _known = Packets.Bytes(Topic);
    private readonly byte[] _frames = Packets.Repeat(
        Count, _ => Packets.Publish(ProtocolVersion.Mqtt311, Topic, QualityOfService.AtMostOnce));

    private EmbeddedBroker _broker = null!;

    [Params(1, 10)]
    public int Subscribers { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _broker = new EmbeddedBroker();
        for (int i = 0; i < Subscribers; i++)
        {
            _broker.Subscribe(ProtocolVersion.Mqtt311, Topic, QualityOfService.AtMostOnce);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void OneByOne()
    {
        ReadOnlySpan<byte> rest = _frames;
        while (!rest.IsEmpty)
        {
            Message message = Read(rest, out FixedHeader header);
            _broker.Dispatcher.FanOut.Route(ref message);
            message.Drop(_broker.Dispatcher.Publications);
            rest = rest[header.TotalLength..];
        }

        _broker.Run();
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public void AsBlock()
    {
        ReadOnlySpan<byte> rest = _frames;
        while (!rest.IsEmpty)
        {
            Message message = Read(rest, out FixedHeader header);
            if (!PublishBurst.TryRead(mqtt5: false, header, rest, out PublishBurst burst))
            {
                throw new InvalidOperationException("These packets are a burst.");
            }

            _broker.Dispatcher.FanOut.RouteBurst(ref message, in burst);
            rest = rest[burst.Frames.Length..];
        }

        _broker.Run();
    }

    private Message Read(ReadOnlySpan<byte> rest, out FixedHeader header)
    {
        FrameDecoder.TryRead(rest, MaximumPacketSize, out header, out _);
        ReadOnlySpan<byte> frame = rest[..header.TotalLength];
        PublishPacket.Read(
            header, frame[header.HeaderLength..], ProtocolVersion.Mqtt311, _known, out PublishPacket packet);
        Message message = default;
        message.Topic = packet.Topic;
        message.Payload = packet.Payload;
        message.ExpiresAtMilliseconds = long.MaxValue;
        message.Frame = frame;
        return message;
    }
}

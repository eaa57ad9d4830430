// From a received PUBLISH to a message: packet and message built by initialisers and copied, which stalls on what was
// just stored, and a header of a byte and two integers, against both filled in place and a header of one word.

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks.Baselines;

[MemoryDiagnoser]
public class DecodedMessage
{
    private const int MaximumPacketSize = 2_000_000;
    private const string Topic = "site/7/sensor/42/state";

    private readonly byte[] _known = Packets.Bytes(Topic);
    private readonly byte[] _frame =
        Packets.Publish(ProtocolVersion.Mqtt311, Topic, QualityOfService.AtLeastOnce, 7);

    [Benchmark(Baseline = true)]
    public int Copied()
    {
        HeaderInParts header = ReadHeader(_frame);
        PublishPacket packet = ReadPacket(header, _frame.AsSpan(header.HeaderLength, header.RemainingLength));
        var message = new Message
        {
            Topic = packet.Topic,
            Properties = packet.Properties,
            Payload = packet.Payload,
            QoS = packet.QoS,
            Retain = packet.Retain,
            ExpiresAtMilliseconds = long.MaxValue,
            Publisher = 1,
        };
        return Use(in message);
    }

    [Benchmark]
    public int InPlace()
    {
        FrameDecoder.TryRead(_frame, MaximumPacketSize, out FixedHeader header, out _);
        PublishPacket.Read(
            header,
            _frame.AsSpan(header.HeaderLength, header.RemainingLength),
            ProtocolVersion.Mqtt311,
            _known,
            out PublishPacket packet);
        Message message = default;
        message.Topic = packet.Topic;
        message.Properties = packet.Properties;
        message.Payload = packet.Payload;
        message.QoS = packet.QoS;
        message.Retain = packet.Retain;
        message.ExpiresAtMilliseconds = long.MaxValue;
        message.Publisher = 1;
        return Use(in message);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Use(in Message message) => message.Topic.Length + message.Payload.Length;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HeaderInParts ReadHeader(ReadOnlySpan<byte> input)
    {
        FrameDecoder.TryRead(input, MaximumPacketSize, out FixedHeader header, out _);
        return new HeaderInParts(header.First, header.HeaderLength, header.RemainingLength);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PublishPacket ReadPacket(HeaderInParts header, ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> topic = body.Slice(sizeof(ushort), BinaryPrimitives.ReadUInt16BigEndian(body));
        if (!topic.SequenceEqual(_known))
        {
            throw new InvalidOperationException("There is one topic.");
        }

        ReadOnlySpan<byte> rest = body[(sizeof(ushort) + topic.Length)..];
        return new PublishPacket
        {
            QoS = (QualityOfService)((header.First >> 1) & 3),
            Retain = (header.First & 1) != 0,
            Topic = topic,
            PacketIdentifier = BinaryPrimitives.ReadUInt16BigEndian(rest),
            Payload = rest[sizeof(ushort)..],
        };
    }

    private readonly record struct HeaderInParts(byte First, int HeaderLength, int RemainingLength);
}

// How long does it take to understand a packet? Frame and fields of one packet that lies in the receive area.

using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class Decode
{
    private const string Topic = "site/7/sensor/42/state";
    private const int MaximumPacketSize = 2_000_000;

    private byte[] _known = [];
    private byte[] _publish = [];
    private byte[] _publishQoS1 = [];
    private byte[] _withProperties = [];
    private byte[] _puback = [];
    private byte[] _connect = [];

    [Params(ProtocolVersion.Mqtt311, ProtocolVersion.Mqtt5)]
    public ProtocolVersion Version { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _known = Packets.Bytes(Topic);
        _publish = Packets.Publish(Version, Topic, QualityOfService.AtMostOnce);
        _publishQoS1 = Packets.Publish(Version, Topic, QualityOfService.AtLeastOnce, 7);
        _withProperties = WithProperties();
        _puback = Packets.Acknowledgement(Version, PacketType.Puback, 7);
        _connect = Packets.Connect(Version, "a-client-identifier");
    }

    /// <summary>The topic was validated before, as in all but the first packet of a stream.</summary>
    [Benchmark(Baseline = true)]
    public int PublishOfKnownTopic() => ReadPublish(_publish, _known);

    [Benchmark]
    public int PublishOfNewTopic() => ReadPublish(_publish, default);

    [Benchmark]
    public int PublishQoS1() => ReadPublish(_publishQoS1, _known);

    /// <summary>In 5.0: message expiry, content type and two user properties. In 3.1.1 there are none.</summary>
    [Benchmark]
    public int PublishWithProperties() => ReadPublish(_withProperties, _known);

    [Benchmark]
    public int Puback()
    {
        FrameDecoder.TryRead(_puback, MaximumPacketSize, out FixedHeader header, out _);
        AcknowledgementPacket.Read(header, Body(_puback, header), Version, out AcknowledgementPacket packet);
        return packet.PacketIdentifier;
    }

    [Benchmark]
    public int Connect()
    {
        FrameDecoder.TryRead(_connect, MaximumPacketSize, out FixedHeader header, out _);
        ConnectPacket.Read(header, Body(_connect, header), out ConnectPacket packet);
        return packet.ClientIdentifier.Length;
    }

    private int ReadPublish(byte[] frame, ReadOnlySpan<byte> known)
    {
        FrameDecoder.TryRead(frame, MaximumPacketSize, out FixedHeader header, out _);
        PublishPacket.Read(header, Body(frame, header), Version, known, out PublishPacket packet);
        return packet.Payload.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<byte> Body(byte[] frame, FixedHeader header) =>
        frame.AsSpan(header.HeaderLength, header.RemainingLength);

    private byte[] WithProperties()
    {
        var properties = new PropertyWriter(new byte[256]);
        properties.Write(PropertyIdentifier.MessageExpiryInterval, 60);
        properties.Write(PropertyIdentifier.ContentType, "application/json"u8);
        properties.WriteUserProperty("tenant"u8, "forty-two"u8);
        properties.WriteUserProperty("trace"u8, "00-4bf92f3577b34da6a3ce929d0e0e4736"u8);
        var packet = new PublishPacket
        {
            Topic = _known,
            Properties = properties.Written,
            Payload = new byte[Packets.PayloadBytes],
        };
        byte[] frame = new byte[packet.Measure(Version)];
        packet.Write(Version, frame);
        return frame;
    }
}

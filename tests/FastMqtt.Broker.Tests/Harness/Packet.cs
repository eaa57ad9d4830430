// A packet from the broker, decoded by hand into what tests ask for. A packet that cannot be decoded fails the test.

using System.Buffers.Binary;
using System.Text;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Harness;

internal sealed class Packet
{
    public Packet(ProtocolVersion version, ReadOnlySpan<byte> frame)
    {
        Assert.Equal(
            FrameResult.Complete,
            FrameDecoder.TryRead(frame, Limits.ProtocolPacketSizeMax, out FixedHeader header, out _));
        Type = header.Type;
        Flags = header.Flags;
        Size = header.TotalLength;
        Decode(frame[header.HeaderLength..header.TotalLength], version == ProtocolVersion.Mqtt5);
    }

    public PacketType Type { get; }

    public byte Flags { get; }

    /// <summary>Bytes of the whole frame.</summary>
    public int Size { get; }

    public int QoS => (Flags >> 1) & 3;

    public bool Retain => (Flags & 1) != 0;

    public bool Duplicate => (Flags & 8) != 0;

    public ushort Id { get; private set; }

    public string Topic { get; private set; } = "";

    public byte[] Payload { get; private set; } = [];

    public string Text => Encoding.UTF8.GetString(Payload);

    public ReasonCode Reason { get; private set; }

    public bool SessionPresent { get; private set; }

    /// <summary>The codes of a SUBACK or UNSUBACK.</summary>
    public byte[] Codes { get; private set; } = [];

    public List<(PropertyIdentifier Id, uint Integer, byte[] Data)> Properties { get; } = [];

    public uint? Integer(PropertyIdentifier identifier)
    {
        int index = Properties.FindIndex(property => property.Id == identifier);
        return index < 0 ? null : Properties[index].Integer;
    }

    public string? Data(PropertyIdentifier identifier)
    {
        int index = Properties.FindIndex(property => property.Id == identifier);
        return index < 0 ? null : Encoding.UTF8.GetString(Properties[index].Data);
    }

    /// <summary>In ascending order.</summary>
    public uint[] SubscriptionIdentifiers =>
    [
        .. Properties.Where(property => property.Id == PropertyIdentifier.SubscriptionIdentifier)
            .Select(property => property.Integer)
            .Order(),
    ];

    public override string ToString() => Type == PacketType.Publish
        ? $"Publish {Topic} \"{Text[..Math.Min(Text.Length, 60)]}\" q{QoS} d{Duplicate} r{Retain} id {Id}"
        : $"{Type} id {Id} {Reason} [{Convert.ToHexString(Codes)}]";

    private void Decode(ReadOnlySpan<byte> body, bool mqtt5)
    {
        switch (Type)
        {
            case PacketType.Connack:
                SessionPresent = body[0] == 1;
                Reason = (ReasonCode)body[1];
                DecodeProperties(body[2..], mqtt5);
                break;
            case PacketType.Publish:
                DecodePublish(body, mqtt5);
                break;
            case PacketType.Suback or PacketType.Unsuback:
                Id = BinaryPrimitives.ReadUInt16BigEndian(body);
                Codes = DecodeProperties(body[2..], mqtt5).ToArray();
                break;
            case PacketType.Disconnect:
                Reason = body.IsEmpty ? ReasonCode.Success : (ReasonCode)body[0];
                DecodeProperties(body.Length > 1 ? body[1..] : default, mqtt5);
                break;
            case PacketType.Auth:
                Reason = (ReasonCode)body[0];
                DecodeProperties(body[1..], mqtt5);
                break;
            case PacketType.Pingresp:
                Assert.True(body.IsEmpty);
                break;
            default:
                Assert.InRange(Type, PacketType.Puback, PacketType.Pubcomp);
                Id = BinaryPrimitives.ReadUInt16BigEndian(body);
                Reason = body.Length > 2 ? (ReasonCode)body[2] : ReasonCode.Success;
                break;
        }
    }

    private void DecodePublish(ReadOnlySpan<byte> body, bool mqtt5)
    {
        int topicBytes = BinaryPrimitives.ReadUInt16BigEndian(body);
        Topic = Encoding.UTF8.GetString(body.Slice(2, topicBytes));
        body = body[(2 + topicBytes)..];
        if (QoS > 0)
        {
            Id = BinaryPrimitives.ReadUInt16BigEndian(body);
            Assert.NotEqual(0, Id);
            body = body[2..];
        }

        Payload = DecodeProperties(body, mqtt5).ToArray();
    }

    private ReadOnlySpan<byte> DecodeProperties(ReadOnlySpan<byte> rest, bool mqtt5)
    {
        if (!mqtt5 || rest.IsEmpty)
        {
            return rest;
        }

        Assert.Equal(FrameResult.Complete, VariableByteInteger.TryRead(rest, out uint length, out int prefix));
        var reader = new PropertyReader(rest.Slice(prefix, (int)length));
        while (reader.TryRead(out PropertyIdentifier identifier))
        {
            Properties.Add((identifier, reader.Integer, reader.Data.ToArray()));
        }

        Assert.False(reader.IsMalformed);
        return rest[(prefix + (int)length)..];
    }
}

// How one publisher's messages look when they arrive, and which of their bytes differ from message to message. One
// masked comparison then tells that header, topic, publisher and content are right, for any version and QoS.
using System.Runtime.Intrinsics;
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Engine;

internal sealed class ExpectedFrame
{
    private const byte DuplicateFlag = 0x08;
    private const byte Compared = 0xFF;

    private readonly byte[] _frame;
    private readonly byte[] _mask;

    public ExpectedFrame(
        int publisher, ReadOnlySpan<byte> topic, QualityOfService qos, ProtocolVersion version, MessagePayload payload)
    {
        var content = new byte[payload.Size];
        payload.WriteFill(content);
        MessagePayload.WriteStamp(content, publisher, 0, 0, 0);
        PublishPacket packet = new()
        {
            Topic = topic,
            QoS = qos,
            PacketIdentifier = qos == QualityOfService.AtMostOnce ? (ushort)0 : (ushort)1,
            Payload = content,
        };
        int length = packet.Measure(version);
        _frame = new byte[length];
        packet.Write(version, _frame);
        PayloadOffset = length - payload.Size;
        _mask = new byte[length];
        _mask.AsSpan().Fill(Compared);
        _mask[0] = Compared & ~DuplicateFlag;
        if (qos != QualityOfService.AtMostOnce)
        {
            IdentifierOffset = PayloadOffset - sizeof(ushort) - (version == ProtocolVersion.Mqtt5 ? 1 : 0);
            _mask.AsSpan(IdentifierOffset, sizeof(ushort)).Clear();
        }

        Span<byte> stamp = _mask.AsSpan(PayloadOffset, MessagePayload.StampBytes);
        stamp[MessagePayload.SequenceOffset..].Clear();
        HasLastByte = payload.Size > MessagePayload.StampBytes;
        if (HasLastByte)
        {
            _mask[^1] = 0;
        }
    }

    public int Length => _frame.Length;

    public int PayloadOffset { get; }

    /// <summary>0 at QoS 0.</summary>
    public int IdentifierOffset { get; }

    /// <summary>Whether the payload is long enough for the byte that depends on number and time.</summary>
    public bool HasLastByte { get; }

    /// <summary>Whether the bytes begin with such a frame; number, time and last byte are not looked at.</summary>
    public bool Matches(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> expected = _frame;
        ReadOnlySpan<byte> mask = _mask;
        if (bytes.Length < expected.Length)
        {
            return false;
        }

        bytes = bytes[..expected.Length];
        if (bytes.Length < Vector256<byte>.Count)
        {
            return MatchesShort(bytes);
        }

        Vector256<byte> different = Vector256<byte>.Zero;
        int last = bytes.Length - Vector256<byte>.Count;
        for (int at = 0; at < last; at += Vector256<byte>.Count)
        {
            different |= Difference(bytes, expected, mask, at);
        }

        // The last vector overlaps the one before it: no byte is left over.
        different |= Difference(bytes, expected, mask, last);
        return different == Vector256<byte>.Zero;
    }

    private static Vector256<byte> Difference(
        ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> mask, int at) =>
        (Vector256.Create(bytes[at..]) ^ Vector256.Create(expected[at..])) & Vector256.Create(mask[at..]);

    private bool MatchesShort(ReadOnlySpan<byte> bytes)
    {
        int different = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            different |= (bytes[i] ^ _frame[i]) & _mask[i];
        }

        return different == 0;
    }
}

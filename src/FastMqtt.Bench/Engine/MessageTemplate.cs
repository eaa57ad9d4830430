// A publisher's PUBLISH, encoded once: each message is a copy of it with identifier, stamp and (in some modes) the
// digits of its topic patched in. Owned by a Publisher; writes into the connection's output, allocates nothing.
using System.Buffers.Binary;
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Engine;

internal sealed class MessageTemplate
{
    private readonly byte[] _frame;
    private readonly int _publisher;
    private readonly int _topicOffset;
    private readonly int _identifierOffset;
    private readonly int _payloadOffset;

    public MessageTemplate(
        int publisher,
        ReadOnlySpan<byte> topic,
        QualityOfService qos,
        bool retain,
        ProtocolVersion version,
        MessagePayload payload)
    {
        _publisher = publisher;
        var content = new byte[payload.Size];
        payload.WriteFill(content);
        PublishPacket packet = new()
        {
            Topic = topic,
            QoS = qos,
            Retain = retain,
            PacketIdentifier = qos == QualityOfService.AtMostOnce ? (ushort)0 : (ushort)1,
            Payload = content,
        };
        _frame = new byte[packet.Measure(version)];
        packet.Write(version, _frame);
        _payloadOffset = _frame.Length - payload.Size;
        int properties = version == ProtocolVersion.Mqtt5 ? 1 : 0;
        _identifierOffset = qos == QualityOfService.AtMostOnce ? 0 : _payloadOffset - properties - sizeof(ushort);
        _topicOffset = _payloadOffset - properties - (_identifierOffset > 0 ? sizeof(ushort) : 0) - topic.Length;
    }

    /// <summary>Bytes of one frame; all frames of a publisher have one size.</summary>
    public int Length => _frame.Length;

    /// <summary>So many messages behind each other, with the sequence numbers after the given one.</summary>
    public void Write(Span<byte> target, int count, uint sequence, long timestamp)
    {
        // Copied once, then doubled: a few long copies cost less than many short ones.
        int length = _frame.Length;
        Span<byte> all = target[..(count * length)];
        _frame.CopyTo(all);
        for (int written = length; written < all.Length; written *= 2)
        {
            int more = Math.Min(written, all.Length - written);
            all[..more].CopyTo(all[written..]);
        }

        byte mixed = MessagePayload.Mix(timestamp);
        int payloadBytes = length - _payloadOffset;
        for (int at = _payloadOffset; at < all.Length; at += length)
        {
            MessagePayload.WriteStamp(all.Slice(at, payloadBytes), _publisher, ++sequence, timestamp, mixed);
        }
    }

    public void WriteIdentifier(Span<byte> target, ushort identifier) =>
        BinaryPrimitives.WriteUInt16BigEndian(target[_identifierOffset..], identifier);

    /// <summary>Puts a number into a topic that has digits there.</summary>
    public void WriteDigits(Span<byte> target, int offsetInTopic, int number) =>
        TopicPlan.WriteDigits(target[(_topicOffset + offsetInTopic)..], number);
}

// Whole QoS 0 PUBLISH frames of one topic that follow each other in one read: a view of the receive area. Every frame
// has the same first byte (no DUP, no RETAIN), the same topic, and for 5.0 no properties, so what was validated for the
// first holds for all. Bounded, so that one burst neither fills the cache nor starves the next connection.

using System.Buffers.Binary;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal readonly ref struct PublishBurst
{
    /// <summary>Bytes of a frame in a burst; larger ones are referenced rather than copied, one by one.</summary>
    public const int FrameBytesMax = Limits.ReferencePayloadBytes;

    /// <summary>Bytes of a burst: half of an output chunk.</summary>
    private const int BytesMax = 32 << 10;

    private const byte PlainPublish = (int)PacketType.Publish << 4;

    private readonly int _topicBytes;
    private readonly int _fieldsBytes;

    private PublishBurst(ReadOnlySpan<byte> frames, int count, int payloadBytes, int topicBytes, int fieldsBytes)
    {
        Frames = frames;
        Count = count;
        PayloadBytes = payloadBytes;
        _topicBytes = topicBytes;
        _fieldsBytes = fieldsBytes;
    }

    public ReadOnlySpan<byte> Frames { get; }

    public int Count { get; }

    public int PayloadBytes { get; }

    /// <summary>Collects the burst that begins with a frame which has been read and is valid.</summary>
    /// <param name="mqtt5">A frame has a property length, which must be 0.</param>
    /// <param name="header">Of the first frame.</param>
    /// <param name="unread">From the first frame on.</param>
    /// <returns>Whether there are at least two.</returns>
    public static bool TryRead(bool mqtt5, FixedHeader header, ReadOnlySpan<byte> unread, out PublishBurst burst)
    {
        burst = default;
        int frameBytes = header.TotalLength;
        if (header.First != PlainPublish || frameBytes > FrameBytesMax || unread.Length < frameBytes * 2)
        {
            return false;
        }

        // What all have in common behind the fixed header: topic length, topic, and the property length of 5.0.
        int topicBytes = BinaryPrimitives.ReadUInt16BigEndian(unread[header.HeaderLength..]);
        int fieldsBytes = sizeof(ushort) + topicBytes + (mqtt5 ? 1 : 0);
        ReadOnlySpan<byte> head = unread[..(header.HeaderLength + fieldsBytes)];
        ReadOnlySpan<byte> fields = head[header.HeaderLength..];
        int count = 1;
        int bytes = frameBytes;
        int payloadBytes = header.RemainingLength - fieldsBytes;
        while (bytes < BytesMax)
        {
            ReadOnlySpan<byte> rest = unread[bytes..];
            if (rest.Length >= frameBytes && rest.StartsWith(head))
            {
                payloadBytes += header.RemainingLength - fieldsBytes; // as long as the first
                bytes += frameBytes;
            }
            else if (TryReadOther(rest, fields, out FixedHeader other))
            {
                payloadBytes += other.RemainingLength - fieldsBytes;
                bytes += other.TotalLength;
            }
            else
            {
                break;
            }

            count++;
        }

        burst = new PublishBurst(unread[..bytes], count, payloadBytes, topicBytes, fieldsBytes);
        return count > 1;
    }

    /// <summary>Puts the next frame's bytes into the message; the rest of it is the same for all.</summary>
    public bool TryNext(ref int offset, ref Message message)
    {
        if (offset == Frames.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = Frames[offset..];
        FrameDecoder.TryRead(rest, FrameBytesMax, out FixedHeader header, out _);
        message.Frame = rest[..header.TotalLength];
        message.Topic = message.Frame.Slice(header.HeaderLength + sizeof(ushort), _topicBytes);
        message.Payload = message.Frame[(header.HeaderLength + _fieldsBytes)..];
        offset += header.TotalLength;
        return true;
    }

    private static bool TryReadOther(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> fields, out FixedHeader header) =>
        FrameDecoder.TryRead(rest, FrameBytesMax, out header, out _) == FrameResult.Complete
        && header.First == PlainPublish
        && rest[header.HeaderLength..header.TotalLength].StartsWith(fields);
}

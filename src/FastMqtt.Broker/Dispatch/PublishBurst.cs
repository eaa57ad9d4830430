// Whole PUBLISH frames of one topic that follow each other in one read: a view of the receive area. Every frame has the
// same first byte (one QoS, no DUP, no RETAIN), the same topic, and for 5.0 no properties, so what was validated for
// the first holds for all; of a QoS 1 or 2 frame only the Packet Identifier is its own. Bounded, so that one burst
// neither fills the cache nor starves the next connection.

using System.Buffers.Binary;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal readonly ref struct PublishBurst
{
    /// <summary>Bytes of a frame in a burst; larger ones are referenced rather than copied, one by one.</summary>
    public const int FrameBytesMax = Limits.ReferencePayloadBytes;

    /// <summary>Frames of a burst: what is kept for each while it is routed stays in the cache.</summary>
    private const int CountMax = 1 << 10;

    /// <summary>Bytes of a burst: half of an output chunk.</summary>
    private const int BytesMax = 32 << 10;

    private const int DupAndRetain = 0b1001;

    private readonly FixedHeader _first;
    private readonly int _topicBytes;
    private readonly int _fieldsBytes;
    private readonly bool _isUniform;

    private PublishBurst(
        FixedHeader first, ReadOnlySpan<byte> frames, int count, int topicBytes, int fieldsBytes, bool isUniform)
    {
        _first = first;
        _topicBytes = topicBytes;
        _fieldsBytes = fieldsBytes;
        _isUniform = isUniform;
        Frames = frames;
        Count = count;
    }

    public ReadOnlySpan<byte> Frames { get; }

    public int Count { get; }

    /// <summary>Collects the burst that begins with a frame which has been read and is valid.</summary>
    /// <param name="mqtt5">A frame has a property length, which must be 0.</param>
    /// <param name="header">Of the first frame.</param>
    /// <param name="unread">From the first frame on.</param>
    /// <returns>Whether there are at least two.</returns>
    public static bool TryRead(bool mqtt5, FixedHeader header, ReadOnlySpan<byte> unread, out PublishBurst burst)
    {
        int frameBytes = header.TotalLength;
        if ((header.Flags & DupAndRetain) != 0 || frameBytes > FrameBytesMax || unread.Length < frameBytes * 2)
        {
            burst = default;
            return false;
        }

        burst = Read(mqtt5, header, unread);
        return burst.Count > 1;
    }

    /// <summary>Like <see cref="TryRead"/>, of what may begin a burst: perhaps of one frame.</summary>
    public static PublishBurst Read(bool mqtt5, FixedHeader header, ReadOnlySpan<byte> unread)
    {
        int frameBytes = header.TotalLength;

        // What all have in common: topic length and topic; those of one length the fixed header too.
        int topicBytes = BinaryPrimitives.ReadUInt16BigEndian(unread[header.HeaderLength..]);
        ReadOnlySpan<byte> head = unread[..(header.HeaderLength + sizeof(ushort) + topicBytes)];
        bool hasIdentifier = header.Flags != 0;
        int count = 1;
        int bytes = frameBytes;
        bool isUniform = true;
        while (bytes < BytesMax && count < CountMax)
        {
            ReadOnlySpan<byte> rest = unread[bytes..];
            if (rest.Length >= frameBytes && rest.StartsWith(head))
            {
                if (!IsPlain(rest[head.Length..], hasIdentifier, mqtt5))
                {
                    break;
                }

                bytes += frameBytes;
            }
            else if (TryReadOther(rest, header.First, head[header.HeaderLength..], out FixedHeader other)
                && IsPlain(
                    rest[(other.HeaderLength + sizeof(ushort) + topicBytes)..other.TotalLength], hasIdentifier, mqtt5))
            {
                bytes += other.TotalLength;
                isUniform = false;
            }
            else
            {
                break;
            }

            count++;
        }

        int fieldsBytes = sizeof(ushort) + topicBytes + (hasIdentifier ? sizeof(ushort) : 0) + (mqtt5 ? 1 : 0);
        return new PublishBurst(header, unread[..bytes], count, topicBytes, fieldsBytes, isUniform);
    }

    /// <summary>The frame that begins at an offset.</summary>
    public FixedHeader HeaderAt(int offset)
    {
        FixedHeader header = _first;
        if (!_isUniform)
        {
            FrameDecoder.TryRead(Frames[offset..], FrameBytesMax, out header, out _);
        }

        return header;
    }

    /// <summary>Where the Packet Identifier lies in a frame of QoS 1 or 2.</summary>
    public int IdentifierOffset(FixedHeader header) => header.HeaderLength + sizeof(ushort) + _topicBytes;

    public ushort IdentifierAt(int offset, FixedHeader header) =>
        BinaryPrimitives.ReadUInt16BigEndian(Frames[(offset + IdentifierOffset(header))..]);

    public int PayloadBytes(FixedHeader header) => header.RemainingLength - _fieldsBytes;

    /// <summary>Payload bytes of all frames.</summary>
    public int PayloadBytesOfAll()
    {
        if (_isUniform)
        {
            return Count * PayloadBytes(_first);
        }

        int sum = 0;
        for (int offset = 0; offset < Frames.Length;)
        {
            FixedHeader header = HeaderAt(offset);
            sum += PayloadBytes(header);
            offset += header.TotalLength;
        }

        return sum;
    }

    /// <summary>Its first frames, of so many bytes together.</summary>
    public PublishBurst Take(int count, int bytes) =>
        new(_first, Frames[..bytes], count, _topicBytes, _fieldsBytes, _isUniform);

    /// <summary>Puts the next frame's bytes into the message; the rest of it is the same for all.</summary>
    public bool TryNext(ref int offset, ref Message message)
    {
        if (offset == Frames.Length)
        {
            return false;
        }

        FixedHeader header = HeaderAt(offset);
        ReadOnlySpan<byte> frame = Frames.Slice(offset, header.TotalLength);
        message.Frame = message.QoS == QualityOfService.AtMostOnce ? frame : default;
        message.Topic = frame.Slice(header.HeaderLength + sizeof(ushort), _topicBytes);
        message.Payload = frame[(header.HeaderLength + _fieldsBytes)..];
        offset += header.TotalLength;
        return true;
    }

    private static bool TryReadOther(
        ReadOnlySpan<byte> rest, byte first, ReadOnlySpan<byte> topic, out FixedHeader header) =>
        FrameDecoder.TryRead(rest, FrameBytesMax, out header, out _) == FrameResult.Complete
        && header.First == first
        && rest[header.HeaderLength..header.TotalLength].StartsWith(topic);

    // What follows the topic: an identifier that is not 0, no properties.
    private static bool IsPlain(ReadOnlySpan<byte> fields, bool hasIdentifier, bool mqtt5)
    {
        if (hasIdentifier)
        {
            if (fields.Length < sizeof(ushort) || (fields[0] | fields[1]) == 0)
            {
                return false;
            }

            fields = fields[sizeof(ushort)..];
        }

        return !mqtt5 || (!fields.IsEmpty && fields[0] == 0);
    }
}

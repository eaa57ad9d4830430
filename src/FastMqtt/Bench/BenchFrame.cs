// The PUBLISH of `bench 1x1`, written and checked. Payload: sequence number, send time, then bytes that depend on the
// sequence number. So a lost, repeated, reordered, cut or mixed-up message is noticed, which the seed's bench cannot.
using System.Buffers.Binary;

namespace FastMqtt.Bench;

internal sealed class BenchFrame
{
    public const int PayloadBytesMin = StampBytes;
    public const int PayloadBytesMax = 1024 * 1024;

    private const int StampBytes = 2 * sizeof(long);

    // Bytes of the pattern from which two neighbouring sequence numbers take different stretches.
    private const int PatternShiftMask = 0xFF;

    private readonly byte[] _header;
    private readonly byte[] _pattern;
    private readonly int _fillBytes;

    public BenchFrame(ReadOnlySpan<byte> topic, int payloadBytes)
    {
        _fillBytes = payloadBytes - StampBytes;
        _pattern = new byte[_fillBytes + PatternShiftMask];
        new Random(Seed: 1).NextBytes(_pattern);
        _header = BuildHeader(topic, payloadBytes);
        Length = _header.Length + payloadBytes;
    }

    /// <summary>Bytes of one frame; all frames of a run are of one size.</summary>
    public int Length { get; }

    public void Write(Span<byte> frame, long sequence, long timestamp)
    {
        _header.CopyTo(frame);
        Span<byte> payload = frame[_header.Length..];
        BinaryPrimitives.WriteInt64BigEndian(payload, sequence);
        BinaryPrimitives.WriteInt64BigEndian(payload[sizeof(long)..], timestamp);
        Fill(sequence).CopyTo(payload[StampBytes..]);
    }

    /// <summary>Null when the frame is the expected one, otherwise what is wrong with it.</summary>
    public string? Check(ReadOnlySpan<byte> frame, long sequence, out long timestamp)
    {
        timestamp = 0;
        if (!frame.StartsWith(_header))
        {
            ReadOnlySpan<byte> found = frame[..Math.Min(frame.Length, _header.Length)];
            return $"message {sequence}: wrong header or topic: {Convert.ToHexString(found)}";
        }

        ReadOnlySpan<byte> payload = frame[_header.Length..];
        long number = BinaryPrimitives.ReadInt64BigEndian(payload);
        if (number != sequence)
        {
            return $"message {sequence} expected, message {number} arrived";
        }

        timestamp = BinaryPrimitives.ReadInt64BigEndian(payload[sizeof(long)..]);
        return payload[StampBytes..].SequenceEqual(Fill(sequence)) ? null : $"message {sequence}: wrong payload";
    }

    private static byte[] BuildHeader(ReadOnlySpan<byte> topic, int payloadBytes)
    {
        Span<byte> header = stackalloc byte[5 + sizeof(ushort) + 256];
        header[0] = 0x30;
        int length = 1 + WriteLength(header[1..], sizeof(ushort) + topic.Length + payloadBytes);
        BinaryPrimitives.WriteUInt16BigEndian(header[length..], (ushort)topic.Length);
        length += sizeof(ushort);
        topic.CopyTo(header[length..]);
        return header[..(length + topic.Length)].ToArray();
    }

    private static int WriteLength(Span<byte> destination, int value)
    {
        int count = 0;
        do
        {
            int rest = value >> 7;
            destination[count++] = (byte)((value & 0x7F) | (rest > 0 ? 0x80 : 0));
            value = rest;
        }
        while (value > 0);
        return count;
    }

    private ReadOnlySpan<byte> Fill(long sequence) =>
        _pattern.AsSpan((int)(sequence & PatternShiftMask), _fillBytes);
}

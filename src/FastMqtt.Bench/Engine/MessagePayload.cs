// The content of every message: 2 bytes of mark, 2 of publisher, 4 of sequence number, 8 of time, then bytes that are
// known by their place, and at the end one that depends on sequence number and time. So a lost, repeated, reordered,
// cut, mixed-up or damaged message is noticed. A payload of 16 bytes has room for neither the fill nor the last byte.
using System.Buffers.Binary;

namespace FastMqtt.Bench.Engine;

internal sealed class MessagePayload
{
    public const int StampBytes = 16;

    private const ushort Mark = 0x4D46;
    private const int PublisherShift = 16;
    private const int SequenceShift = 32;

    /// <summary>Where the part begins that differs between the messages of one publisher.</summary>
    public const int SequenceOffset = SequenceShift / 8;

    // Odd and without a pattern in its bits: each bit of the time changes the top byte of the product.
    private const ulong Mixer = 0x9E37_79B9_7F4A_7C15;
    private const int TopByteShift = 56;

    private readonly byte[] _fill;

    public MessagePayload(int size)
    {
        Size = size;
        _fill = new byte[Math.Max(0, size - StampBytes - 1)];
        new Random(Seed: 1).NextBytes(_fill);
    }

    public int Size { get; }

    /// <summary>What stays the same in every message of a run.</summary>
    public void WriteFill(Span<byte> payload) => _fill.CopyTo(payload[StampBytes..]);

    /// <summary>What changes from message to message; the last two of these are cheaper to know per burst.</summary>
    public static void WriteStamp(Span<byte> payload, int publisher, uint sequence, long timestamp, byte mixed)
    {
        ulong word = Mark | ((ulong)publisher << PublisherShift) | ((ulong)sequence << SequenceShift);
        BinaryPrimitives.WriteUInt64LittleEndian(payload, word);
        BinaryPrimitives.WriteInt64LittleEndian(payload[sizeof(ulong)..], timestamp);
        if (payload.Length > StampBytes)
        {
            payload[^1] = (byte)(sequence + mixed);
        }
    }

    /// <summary>What a time adds to the last byte of its messages.</summary>
    public static byte Mix(long timestamp) => (byte)(((ulong)timestamp * Mixer) >> TopByteShift);

    /// <summary>The sequence number of a payload whose other constant parts have been compared already.</summary>
    public static uint SequenceOf(ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.ReadUInt32LittleEndian(payload[SequenceOffset..]);

    public static long TimestampOf(ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.ReadInt64LittleEndian(payload[sizeof(ulong)..]);

    /// <summary>False: not the bytes a publisher of this run has written.</summary>
    public bool TryRead(ReadOnlySpan<byte> payload, out int publisher, out uint sequence, out long timestamp)
    {
        publisher = 0;
        sequence = 0;
        timestamp = 0;
        if (payload.Length != Size)
        {
            return false;
        }

        ulong word = BinaryPrimitives.ReadUInt64LittleEndian(payload);
        timestamp = BinaryPrimitives.ReadInt64LittleEndian(payload[sizeof(ulong)..]);
        publisher = (ushort)(word >> PublisherShift);
        sequence = (uint)(word >> SequenceShift);
        return (ushort)word == Mark
            && (payload.Length == StampBytes
                || (payload[^1] == (byte)(sequence + Mix(timestamp))
                    && payload[StampBytes..^1].SequenceEqual(_fill)));
    }
}

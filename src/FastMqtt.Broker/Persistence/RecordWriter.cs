// Writes the binary records of the store (docs/STORE.md): numbers of variable length, bytes with their length in front.
// One growing array, used again.

using System.Buffers.Binary;
using System.Numerics;

namespace FastMqtt.Broker.Persistence;

internal sealed class RecordWriter
{
    private const int CapacityMin = 256;

    private byte[] _bytes = [];
    private int _length;

    public int Length => _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary>Forgets what was written; an array larger than that is given up.</summary>
    public void Clear(int keptMax = int.MaxValue)
    {
        _length = 0;
        if (_bytes.Length > keptMax)
        {
            _bytes = [];
        }
    }

    public void Byte(byte value) => Room(1)[0] = value;

    /// <summary>Seven bits a byte, the low ones first; the top bit says that more follow.</summary>
    public void Number(ulong value)
    {
        Span<byte> room = _bytes.AsSpan(_length);
        if (room.Length < 10)
        {
            Grow(10);
            room = _bytes.AsSpan(_length);
        }

        int i = 0;
        while (value >= 0x80)
        {
            room[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[i++] = (byte)value;
        _length += i;
    }

    public void Number(long value) => Number((ulong)value);

    /// <summary>Eight bytes, the low one first.</summary>
    public void Fixed(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number((ulong)value.Length);
        value.CopyTo(Room(value.Length));
    }

    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Room(value.Length));

    /// <summary>Ends a record with the check that <see cref="RecordReader.Open"/> makes.</summary>
    public void Seal()
    {
        uint sum = Checksum(Written);
        BinaryPrimitives.WriteUInt32LittleEndian(Room(4), sum);
    }

    /// <summary>CRC-32C, which processors have an instruction for.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (byte value in bytes)
        {
            sum = BitOperations.Crc32C(sum, value);
        }

        return ~sum;
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Grow(count);
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }

    private void Grow(int count)
    {
        long wanted = Math.Max(_bytes.Length * 2L, _length + (long)count);
        Array.Resize(ref _bytes, (int)Math.Clamp(wanted, CapacityMin, Array.MaxLength));
    }
}

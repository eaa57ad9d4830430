// Reads what RecordWriter wrote. Nothing in it is trusted: a record that is not whole is a StoreException, and whoever
// reads the store goes on with the next one.

using System.Buffers.Binary;

namespace FastMqtt.Broker.Persistence;

internal ref struct RecordReader
{
    private const int ChecksumBytes = 4;

    private ReadOnlySpan<byte> _rest;

    private RecordReader(ReadOnlySpan<byte> content) => _rest = content;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>A sealed record.</summary>
    /// <exception cref="StoreException">Its check fails: the disk has changed it.</exception>
    public static RecordReader Open(ReadOnlySpan<byte> record)
    {
        if (record.Length < ChecksumBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(record[^ChecksumBytes..])
                != RecordWriter.Checksum(record[..^ChecksumBytes]))
        {
            throw Damaged();
        }

        return new RecordReader(record[..^ChecksumBytes]);
    }

    public byte Byte() => Take(1)[0];

    public ulong Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Damaged();
    }

    public long Long() => (long)Number();

    /// <summary>A number that counts things which follow, of at least so many bytes each.</summary>
    public int Count(int bytesEach)
    {
        ulong count = Number();
        return count <= (ulong)(_rest.Length / bytesEach) ? (int)count : throw Damaged();
    }

    public ulong Fixed() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public ReadOnlySpan<byte> Bytes()
    {
        ulong length = Number();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw Damaged();
    }

    public static StoreException Damaged() => new("a record of the store is damaged");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_rest.Length < count)
        {
            throw Damaged();
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}

// A cursor over the body of one chunk. Reading past its end gives zeros and is remembered: who reads asks once, at the
// end, whether the fields were all there and nothing else.

using System.Buffers.Binary;

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal ref struct ChunkFields(ReadOnlySpan<byte> body, ChunkLayout layout)
{
    private ReadOnlySpan<byte> _rest = body;
    private bool _isOverrun;

    /// <summary>Whether what was read is what there was.</summary>
    public readonly bool IsExact => !_isOverrun && _rest.IsEmpty;

    public byte Byte()
    {
        ReadOnlySpan<byte> field = Bytes(sizeof(byte));
        return field.IsEmpty ? (byte)0 : field[0];
    }

    public ushort UInt16()
    {
        ReadOnlySpan<byte> field = Bytes(sizeof(ushort));
        return field.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(field);
    }

    public uint UInt32()
    {
        ReadOnlySpan<byte> field = Bytes(sizeof(uint));
        return field.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(field);
    }

    /// <summary>A store identifier.</summary>
    public ulong StoreId() => Native();

    /// <summary>
    /// Seconds since 1970; 0: none. Negative ones, from clocks of 32 bits that went over, say nothing.
    /// </summary>
    public long Time() => long.Max(0, (long)Native());

    public ReadOnlySpan<byte> Bytes(uint length)
    {
        if (_isOverrun || length > (uint)_rest.Length)
        {
            _isOverrun = true;
            return default;
        }

        ReadOnlySpan<byte> field = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return field;
    }

    /// <summary>All that is left.</summary>
    public ReadOnlySpan<byte> Remaining() => Bytes((uint)_rest.Length);

    private ulong Native()
    {
        ReadOnlySpan<byte> field = Bytes(sizeof(ulong));
        if (field.IsEmpty)
        {
            return 0;
        }

        return layout.IsBigEndian
            ? BinaryPrimitives.ReadUInt64BigEndian(field)
            : BinaryPrimitives.ReadUInt64LittleEndian(field);
    }
}

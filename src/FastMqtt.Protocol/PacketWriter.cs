// A cursor over the frame being written: the only place of the writers that touches offsets.
// The destination has at least the packet's Measure bytes; texts and binaries have at most 65,535.
using System.Buffers.Binary;
using System.Diagnostics;

namespace FastMqtt.Protocol;

internal ref struct PacketWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Written { get; private set; }

    public static int MeasureBinary(ReadOnlySpan<byte> value) => sizeof(ushort) + value.Length;

    public static int MeasureProperties(ReadOnlySpan<byte> properties) =>
        VariableByteInteger.Measure((uint)properties.Length) + properties.Length;

    public void WriteHeader(PacketType type, int flags, int remainingLength)
    {
        WriteByte((byte)(((int)type << 4) | flags));
        WriteVariable((uint)remainingLength);
    }

    public void WriteByte(byte value) => _destination[Written++] = value;

    public void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_destination[Written..], value);
        Written += sizeof(ushort);
    }

    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_destination[Written..], value);
        Written += sizeof(uint);
    }

    public void WriteVariable(uint value) => Written += VariableByteInteger.Write(_destination[Written..], value);

    public void WriteRaw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_destination[Written..]);
        Written += value.Length;
    }

    public void WriteBinary(ReadOnlySpan<byte> value)
    {
        Debug.Assert(value.Length <= ushort.MaxValue, "the length prefix has two bytes");
        WriteUInt16((ushort)value.Length);
        WriteRaw(value);
    }

    public void WriteProperties(ReadOnlySpan<byte> properties)
    {
        WriteVariable((uint)properties.Length); // [MQTT-2.2.2-1]
        WriteRaw(properties);
    }
}

// Appends properties to a span the caller sized with the Measure methods. Knows the type of each identifier.
// Writes what it is told: which packet may carry what is the caller's business.
using System.Diagnostics;

namespace FastMqtt.Protocol;

public ref struct PropertyWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private PacketWriter _writer = new(destination);

    public readonly ReadOnlySpan<byte> Written => _destination[.._writer.Written];

    public static int Measure(PropertyIdentifier identifier, uint value) => 1 + PropertyTypes.Of(identifier) switch
    {
        PropertyType.Byte => sizeof(byte),
        PropertyType.TwoByteInteger => sizeof(ushort),
        PropertyType.FourByteInteger => sizeof(uint),
        _ => VariableByteInteger.Measure(value),
    };

    public static int Measure(ReadOnlySpan<byte> data) => 1 + PacketWriter.MeasureBinary(data);

    public static int Measure(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        1 + PacketWriter.MeasureBinary(name) + PacketWriter.MeasureBinary(value);

    public void Write(PropertyIdentifier identifier, uint value)
    {
        PropertyType type = PropertyTypes.Of(identifier);
        Debug.Assert(type is >= PropertyType.Byte and <= PropertyType.VariableByteInteger, "not an integer property");
        _writer.WriteByte((byte)identifier);
        switch (type)
        {
            case PropertyType.Byte:
                _writer.WriteByte((byte)value);
                break;
            case PropertyType.TwoByteInteger:
                _writer.WriteUInt16((ushort)value);
                break;
            case PropertyType.FourByteInteger:
                _writer.WriteUInt32(value);
                break;
            default:
                _writer.WriteVariable(value);
                break;
        }
    }

    public void Write(PropertyIdentifier identifier, ReadOnlySpan<byte> data)
    {
        Debug.Assert(PropertyTypes.Of(identifier) is PropertyType.Text or PropertyType.Binary, "not a text or binary");
        _writer.WriteByte((byte)identifier);
        _writer.WriteBinary(data);
    }

    public void WriteUserProperty(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _writer.WriteByte((byte)PropertyIdentifier.UserProperty);
        _writer.WriteBinary(name);
        _writer.WriteBinary(value);
    }

    // Whole properties as they stand on the wire, such as PropertyReader.Raw.
    public void WriteRaw(ReadOnlySpan<byte> properties) => _writer.WriteRaw(properties);
}

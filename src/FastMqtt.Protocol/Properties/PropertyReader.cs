// Walks raw property bytes one property at a time. Safe on any bytes: it stops at the first that make no sense.
// Checks shape only (known identifier, whole value); AllowedProperties.Validate checks what a packet may carry.
// One integer field serves all four integer types, one span serves texts and binaries.
namespace FastMqtt.Protocol;

public ref struct PropertyReader(ReadOnlySpan<byte> properties)
{
    private PacketReader _reader = new(properties);

    // The value of a byte, two byte, four byte or variable byte integer property, else 0.
    public uint Integer { get; private set; }

    // The value of a text or binary property, or the second string of a user property.
    public ReadOnlySpan<byte> Data { get; private set; }

    // The first string of a user property.
    public ReadOnlySpan<byte> Name { get; private set; }

    // The whole property as it stands on the wire, identifier included: what a copy needs.
    public ReadOnlySpan<byte> Raw { get; private set; }

    // Whether the walk ended at bytes that are no property rather than at the end.
    public bool IsMalformed { get; private set; }

    public bool TryRead(out PropertyIdentifier identifier)
    {
        Integer = 0;
        Data = default;
        Name = default;
        Raw = default;
        ReadOnlySpan<byte> before = _reader.Rest;

        // The identifier is a variable byte integer, but all of 5.0 are below 128: one byte in the minimal form.
        if (!_reader.TryReadByte(out byte value))
        {
            identifier = default;
            return false;
        }

        identifier = (PropertyIdentifier)value;
        if (!TryReadValue(PropertyTypes.Of(identifier)))
        {
            IsMalformed = true;
            _reader = default;
            return false;
        }

        Raw = before[..(before.Length - _reader.Rest.Length)];
        return true;
    }

    private bool TryReadValue(PropertyType type)
    {
        switch (type)
        {
            case PropertyType.Byte:
                bool hasByte = _reader.TryReadByte(out byte small);
                Integer = small;
                return hasByte;
            case PropertyType.TwoByteInteger:
                bool hasTwo = _reader.TryReadUInt16(out ushort two);
                Integer = two;
                return hasTwo;
            case PropertyType.FourByteInteger:
                bool hasFour = _reader.TryReadUInt32(out uint four);
                Integer = four;
                return hasFour;
            case PropertyType.VariableByteInteger:
                bool hasVariable = _reader.TryReadVariable(out uint variable);
                Integer = variable;
                return hasVariable;
            case PropertyType.Text or PropertyType.Binary:
                bool hasData = _reader.TryReadBinary(out ReadOnlySpan<byte> data);
                Data = data;
                return hasData;
            case PropertyType.TextPair:
                ReadOnlySpan<byte> second = default;
                bool hasPair = _reader.TryReadBinary(out ReadOnlySpan<byte> first)
                    && _reader.TryReadBinary(out second);
                Name = first;
                Data = second;
                return hasPair;
            default:
                return false;
        }
    }
}

// A cursor over the body of one packet: the only place of the readers that touches offsets.
// Never reads past the span it was given; every method says by its result whether there was enough.
// Used by the packet readers; PUBLISH, the hot one, slices for itself.
using System.Buffers.Binary;

namespace FastMqtt.Protocol;

internal ref struct PacketReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TryReadByte(out byte value)
    {
        if (_rest.IsEmpty)
        {
            value = 0;
            return false;
        }

        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    public bool TryReadUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[sizeof(ushort)..];
        return true;
    }

    public bool TryReadUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[sizeof(uint)..];
        return true;
    }

    public bool TryReadVariable(out uint value)
    {
        if (VariableByteInteger.TryRead(_rest, out value, out int length) != FrameResult.Complete)
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }

    // Two bytes of length and that many bytes.
    public bool TryReadBinary(out ReadOnlySpan<byte> value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_rest, out ushort length) ||
            length > _rest.Length - sizeof(ushort))
        {
            value = default;
            return false;
        }

        value = _rest.Slice(sizeof(ushort), length);
        _rest = _rest[(sizeof(ushort) + length)..];
        return true;
    }

    // As TryReadBinary, and the bytes are a legal UTF-8 string.
    public bool TryReadText(out ReadOnlySpan<byte> value) => TryReadBinary(out value) && Utf8Text.IsValid(value);

    // A property length and that many bytes of properties, all of them legal for the packet.
    public ReasonCode ReadProperties(ulong allowed, out ReadOnlySpan<byte> properties)
    {
        properties = default;
        if (!TryReadVariable(out uint length) || length > (uint)_rest.Length)
        {
            return ReasonCode.MalformedPacket;
        }

        properties = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return AllowedProperties.Validate(properties, allowed);
    }
}

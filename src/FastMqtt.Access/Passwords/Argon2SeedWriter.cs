// Writes the first input of Argon2: numbers, and texts with their lengths, little endian. Called by Argon2id.

using System.Buffers.Binary;

namespace FastMqtt.Access;

internal ref struct Argon2SeedWriter(Span<byte> target)
{
    private Span<byte> _rest = target;

    public void Word(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_rest, value);
        _rest = _rest[4..];
    }

    public void Text(ReadOnlySpan<byte> text)
    {
        Word(text.Length);
        text.CopyTo(_rest);
        _rest = _rest[text.Length..];
    }
}

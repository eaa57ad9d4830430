// A seeded 64-bit hash of topic bytes, sixteen bytes a step (one 64 x 64 -> 128 bit product folded to 64).
// Both factors of every product contain secret material, so that a client which chooses the bytes cannot
// bring a product to zero and build collisions without knowing the seed. Not for anything that leaves the process.
using System.Buffers.Binary;

namespace FastMqtt.Broker.Topics;

internal readonly struct TopicHasher
{
    // Odd constants with about as many ones as zeros; any such would do.
    private const ulong FirstConstant = 0x9E37_79B9_7F4A_7C15;
    private const ulong SecondConstant = 0xD1B5_4A32_D192_ED03;

    private readonly ulong _first;
    private readonly ulong _second;

    public TopicHasher(ulong seed)
    {
        _first = Fold(seed ^ FirstConstant, SecondConstant) + seed;
        _second = Fold(seed + SecondConstant, FirstConstant) ^ _first;
    }

    public ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong state = _first + ((ulong)(uint)bytes.Length * FirstConstant);
        while (bytes.Length > 16)
        {
            state = Fold(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ _second,
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) ^ state);
            bytes = bytes[16..];
        }

        ulong low = 0;
        ulong high = 0;
        if (bytes.Length >= 8)
        {
            // The two words overlap when fewer than sixteen bytes are left; the length is part of the state.
            low = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            high = BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]);
        }
        else if (bytes.Length >= 4)
        {
            low = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]);
        }
        else if (bytes.Length > 0)
        {
            low = bytes[0] | ((ulong)bytes[bytes.Length >> 1] << 8) | ((ulong)bytes[^1] << 16);
        }

        return Fold(Fold(low ^ _second, high ^ state) ^ _first, SecondConstant);
    }

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}

// A keyed hash as a key of tables: what must be found again is not kept. Each part goes in with its length, so that no
// two lists of parts look the same.

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace FastMqtt.Access;

internal readonly record struct Digest(ulong A, ulong B, ulong C, ulong D)
{
    public static Digest Of(ReadOnlySpan<byte> key, string text, ReadOnlySpan<byte> secret)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Append(hash, Encoding.UTF8.GetBytes(text));
        Append(hash, secret);
        Span<ulong> words = stackalloc ulong[SHA256.HashSizeInBytes / sizeof(ulong)];
        hash.GetHashAndReset(MemoryMarshal.AsBytes(words));
        return new Digest(words[0], words[1], words[2], words[3]);
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}

// The block of Argon2 and its compression: sections 3.5 and 3.6 of RFC 9106. Called by Argon2id, some 47,000 times for
// a hash, so a permutation keeps its sixteen words in locals.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastMqtt.Access;

internal static class Argon2Block
{
    public const int Words = 128;
    public const int Bytes = 8 * Words;

    private static ReadOnlySpan<byte> Row => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    private static ReadOnlySpan<byte> Column => [0, 1, 16, 17, 32, 33, 48, 49, 64, 65, 80, 81, 96, 97, 112, 113];

    // The target may be one of the sources.
    public static void Compress(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> target, bool withOld)
    {
        Span<ulong> r = stackalloc ulong[Words];
        Span<ulong> z = stackalloc ulong[Words];
        left[..Words].CopyTo(r);
        Xor(r, right);
        r.CopyTo(z);
        for (int row = 0; row < 8; row++)
        {
            Permute(z[(16 * row)..], Row);
        }

        for (int column = 0; column < 8; column++)
        {
            Permute(z[(2 * column)..], Column);
        }

        Xor(z, r);
        if (withOld)
        {
            Xor(target, z);
        }
        else
        {
            z.CopyTo(target);
        }
    }

    public static void Xor(Span<ulong> target, ReadOnlySpan<ulong> other)
    {
        for (int i = 0; i < Words; i += Vector<ulong>.Count)
        {
            (new Vector<ulong>(target[i..]) ^ new Vector<ulong>(other[i..])).CopyTo(target[i..]);
        }
    }

    private static void Permute(Span<ulong> z, ReadOnlySpan<byte> at)
    {
        ulong v0 = z[at[0]], v1 = z[at[1]], v2 = z[at[2]], v3 = z[at[3]];
        ulong v4 = z[at[4]], v5 = z[at[5]], v6 = z[at[6]], v7 = z[at[7]];
        ulong v8 = z[at[8]], v9 = z[at[9]], v10 = z[at[10]], v11 = z[at[11]];
        ulong v12 = z[at[12]], v13 = z[at[13]], v14 = z[at[14]], v15 = z[at[15]];
        Mix(ref v0, ref v4, ref v8, ref v12);
        Mix(ref v1, ref v5, ref v9, ref v13);
        Mix(ref v2, ref v6, ref v10, ref v14);
        Mix(ref v3, ref v7, ref v11, ref v15);
        Mix(ref v0, ref v5, ref v10, ref v15);
        Mix(ref v1, ref v6, ref v11, ref v12);
        Mix(ref v2, ref v7, ref v8, ref v13);
        Mix(ref v3, ref v4, ref v9, ref v14);
        (z[at[0]], z[at[1]], z[at[2]], z[at[3]]) = (v0, v1, v2, v3);
        (z[at[4]], z[at[5]], z[at[6]], z[at[7]]) = (v4, v5, v6, v7);
        (z[at[8]], z[at[9]], z[at[10]], z[at[11]]) = (v8, v9, v10, v11);
        (z[at[12]], z[at[13]], z[at[14]], z[at[15]]) = (v12, v13, v14, v15);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d)
    {
        a = Multiplied(a, b);
        d = BitOperations.RotateRight(d ^ a, 32);
        c = Multiplied(c, d);
        b = BitOperations.RotateRight(b ^ c, 24);
        a = Multiplied(a, b);
        d = BitOperations.RotateRight(d ^ a, 16);
        c = Multiplied(c, d);
        b = BitOperations.RotateRight(b ^ c, 63);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Multiplied(ulong x, ulong y) => x + y + (2 * (ulong)(uint)x * (uint)y);
}

// Argon2id, version 1.3, of RFC 9106, lanes one after the other. Of its own because what is served for .NET takes a
// small array for each of 47,000 blocks, which the collector would stop the dispatchers for: here the memory of a hash
// is one array, kept for the next one. At most two hashes have memory at a time; more wait.

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FastMqtt.Access;

internal static class Argon2id
{
    private const int Slices = 4;
    private const int TypeId = 2;
    private const int Version = 0x13;

    private static readonly SemaphoreSlim Turns = new(2);
    private static readonly Lock KeptLock = new();
    private static ulong[] _kept = [];

    public static void Derive(
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> associated,
        Argon2Cost cost,
        Span<byte> output)
    {
        Span<byte> seed = stackalloc byte[Blake2b.OutputMax + 8];
        WriteSeed(password, salt, secret, associated, cost, output.Length, seed);
        Turns.Wait();
        try
        {
            int laneLength = cost.Kibibytes / (Slices * cost.Lanes) * Slices;
            ulong[] words = Rent(laneLength * cost.Lanes * Argon2Block.Words);
            Fill(new Argon2Memory(words, laneLength, cost), seed, output);
            Keep(words);
        }
        finally
        {
            Turns.Release();
        }
    }

    private static ulong[] Rent(int words)
    {
        lock (KeptLock)
        {
            ulong[] memory = _kept;
            _kept = [];
            return memory.Length >= words ? memory : GC.AllocateUninitializedArray<ulong>(words);
        }
    }

    private static void Keep(ulong[] memory)
    {
        lock (KeptLock)
        {
            _kept = memory;
        }
    }

    // H0 of the RFC, with room for the two counters that are appended to it.
    private static void WriteSeed(
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> associated,
        Argon2Cost cost,
        int outputLength,
        Span<byte> seed)
    {
        byte[] input = new byte[40 + password.Length + salt.Length + secret.Length + associated.Length];
        var writer = new Argon2SeedWriter(input);
        writer.Word(cost.Lanes);
        writer.Word(outputLength);
        writer.Word(cost.Kibibytes);
        writer.Word(cost.Passes);
        writer.Word(Version);
        writer.Word(TypeId);
        writer.Text(password);
        writer.Text(salt);
        writer.Text(secret);
        writer.Text(associated);
        Blake2b.Hash(input, seed[..Blake2b.OutputMax]);
        input.AsSpan().Clear();
    }

    private static void Fill(in Argon2Memory blocks, Span<byte> seed, Span<byte> output)
    {
        for (int lane = 0; lane < blocks.Cost.Lanes; lane++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(seed[(Blake2b.OutputMax + 4)..], lane);
            for (int column = 0; column < 2; column++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(seed[Blake2b.OutputMax..], column);
                LongHash(seed, MemoryMarshal.AsBytes(blocks.At(lane, column)));
            }
        }

        for (int pass = 0; pass < blocks.Cost.Passes; pass++)
        {
            for (int slice = 0; slice < Slices; slice++)
            {
                for (int lane = 0; lane < blocks.Cost.Lanes; lane++)
                {
                    FillSegment(blocks, pass, slice, lane);
                }
            }
        }

        Span<ulong> last = blocks.At(0, blocks.LaneLength - 1);
        for (int lane = 1; lane < blocks.Cost.Lanes; lane++)
        {
            Argon2Block.Xor(last, blocks.At(lane, blocks.LaneLength - 1));
        }

        LongHash(MemoryMarshal.AsBytes(last), output);
    }

    private static void FillSegment(in Argon2Memory blocks, int pass, int slice, int lane)
    {
        int segmentLength = blocks.LaneLength / Slices;
        bool isIndependent = pass == 0 && slice < Slices / 2; // the "i" half: addresses that no secret decides
        Span<ulong> counter = stackalloc ulong[Argon2Block.Words];
        Span<ulong> addresses = stackalloc ulong[Argon2Block.Words];
        counter.Clear();
        counter[0] = (ulong)pass;
        counter[1] = (ulong)lane;
        counter[2] = (ulong)slice;
        counter[3] = (ulong)(blocks.LaneLength * blocks.Cost.Lanes);
        counter[4] = (ulong)blocks.Cost.Passes;
        counter[5] = TypeId;
        int first = pass == 0 && slice == 0 ? 2 : 0;
        for (int i = first; i < segmentLength; i++)
        {
            if (isIndependent && (i == first || i % Argon2Block.Words == 0))
            {
                NextAddresses(counter, addresses);
            }

            int column = (slice * segmentLength) + i;
            Span<ulong> previous = blocks.At(lane, column == 0 ? blocks.LaneLength - 1 : column - 1);
            ulong random = isIndependent ? addresses[i % Argon2Block.Words] : previous[0];
            int fromLane = pass == 0 && slice == 0 ? lane : (int)((random >> 32) % (ulong)blocks.Cost.Lanes);
            int fromColumn = Reference(blocks, pass, slice, i, fromLane == lane, (uint)random);
            Argon2Block.Compress(previous, blocks.At(fromLane, fromColumn), blocks.At(lane, column), withOld: pass > 0);
        }
    }

    private static void NextAddresses(Span<ulong> counter, Span<ulong> addresses)
    {
        Span<ulong> zero = stackalloc ulong[Argon2Block.Words];
        zero.Clear();
        counter[6]++;
        Argon2Block.Compress(zero, counter, addresses, withOld: false);
        Argon2Block.Compress(zero, addresses, addresses, withOld: false);
    }

    // Section 3.4.2: which column of its lane a block refers to.
    private static int Reference(in Argon2Memory blocks, int pass, int slice, int i, bool isSameLane, uint random)
    {
        int segmentLength = blocks.LaneLength / Slices;
        int done = pass == 0 ? slice * segmentLength : blocks.LaneLength - segmentLength;
        int area = isSameLane ? done + i - 1 : done - (i == 0 ? 1 : 0);
        ulong x = ((ulong)random * random) >> 32;
        ulong back = ((ulong)area * x) >> 32;
        int relative = area - 1 - (int)back;
        int start = pass == 0 || slice == Slices - 1 ? 0 : (slice + 1) * segmentLength;
        return (start + relative) % blocks.LaneLength;
    }

    private static void LongHash(ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> prefixed = stackalloc byte[4 + Argon2Block.Bytes];
        BinaryPrimitives.WriteInt32LittleEndian(prefixed, output.Length);
        input.CopyTo(prefixed[4..]);
        ReadOnlySpan<byte> all = prefixed[..(4 + input.Length)];
        if (output.Length <= Blake2b.OutputMax)
        {
            Blake2b.Hash(all, output);
            return;
        }

        Span<byte> v = stackalloc byte[Blake2b.OutputMax];
        Span<byte> next = stackalloc byte[Blake2b.OutputMax];
        Blake2b.Hash(all, v);
        while (true)
        {
            v[..32].CopyTo(output);
            output = output[32..];
            if (output.Length <= Blake2b.OutputMax)
            {
                break;
            }

            Blake2b.Hash(v, next);
            next.CopyTo(v);
        }

        Blake2b.Hash(v, output);
    }
}

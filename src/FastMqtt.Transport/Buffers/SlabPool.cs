// Free slabs of one dispatcher, by size class. Plain lists without any lock: a pool belongs to one thread, and a rent
// or a release is a few loads and stores. A slab may come back to another pool than it came from, so RentedBytes is
// exact only as the sum over all pools. Nothing here waits, fails or clears memory.
// Small slabs are cut from chunks (SlabCarver): RentedBytes and FreeBytes count slabs, not what is left of a chunk.

using System;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastMqtt.Transport.Buffers;

internal sealed class SlabPool
{
    // Powers of two from 256 bytes to 1 MiB. Larger slabs are made exactly as large as asked, and never kept.
    public const int SmallestBytes = 256;
    public const int LargestPooledBytes = 1024 * 1024;

    private const int ClassCount = 13;
    private const int SmallestLog2 = 8;
    private const int NotPooled = ClassCount;

    private readonly SlabStack[] _classes = new SlabStack[ClassCount];
    private readonly SlabCarver[] _carvers = new SlabCarver[SlabCarver.ClassCount];
    private readonly bool _poison;
    private SegmentStack _segments;

    // Capacity allocated here minus capacity dropped here. What is rented follows from it: nothing is counted per rent.
    private long _ownedBytes;

    public SlabPool(SlabPoolLimits limits)
    {
        _segments = new SegmentStack(limits.FreeSegmentsMax);
        _poison = limits.PoisonReturned;
        for (int i = 0; i < ClassCount; i++)
        {
            _classes[i] = new SlabStack((int)Math.Min(limits.FreeBytesPerClassMax / BytesOf(i), Array.MaxLength));
        }
    }

    public SlabPool()
        : this(new SlabPoolLimits())
    {
    }

    /// <summary>Capacity rented from this pool minus capacity returned to it.</summary>
    public long RentedBytes => _ownedBytes - FreeBytes;

    /// <summary>Capacity of the slabs lying free.</summary>
    public long FreeBytes
    {
        get
        {
            long bytes = 0;
            for (int i = 0; i < ClassCount; i++)
            {
                bytes += (long)_classes[i].Count * BytesOf(i);
            }

            return bytes;
        }
    }

    /// <summary>A slab of at least so many bytes, with one reference. Its content is arbitrary.</summary>
    public Slab Rent(int minimumBytes)
    {
        int sizeClass = ClassOf(minimumBytes);
        if ((uint)sizeClass < (uint)_classes.Length && _classes[sizeClass].TryPop(out Slab? slab))
        {
            slab.MarkRented();
            return slab;
        }

        return Allocate(minimumBytes);
    }

    /// <summary>Drops one reference, and keeps the slab if it was the last.</summary>
    public void Release(Slab slab)
    {
        if (slab.Release())
        {
            Return(slab);
        }
    }

    /// <summary>Takes a slab whose last reference was released (<see cref="Slab.Release"/> said true).</summary>
    public void Return(Slab slab)
    {
        slab.MarkReturned();
        if (_poison)
        {
            slab.Poison();
        }

        int sizeClass = slab.SizeClass;
        if ((uint)sizeClass >= (uint)_classes.Length || !_classes[sizeClass].TryPush(slab))
        {
            _ownedBytes -= slab.Capacity;
            slab.Drop();
        }
    }

    /// <summary>
    /// Gives up half of what was never needed since the last call. Call it from a slow timer: memory of a burst then
    /// goes away within minutes, and a steady load loses nothing. A small slab's memory goes when the last slab of its
    /// chunk does, a larger one's with the next collection.
    /// </summary>
    public void Trim()
    {
        for (int i = 0; i < ClassCount; i++)
        {
            _ownedBytes -= (long)_classes[i].Trim() * BytesOf(i);
        }
    }

    internal OutputSegment RentSegment(Slab slab, int start, int end, int limit)
    {
        OutputSegment segment = _segments.Pop();
        segment.Slab = slab;
        segment.Start = start;
        segment.End = end;
        segment.Limit = limit;
        return segment;
    }

    // Releases the segment's slab too.
    internal void Release(OutputSegment segment)
    {
        Release(segment.Slab);
        segment.Slab = null!;
        segment.Next = null;
        _segments.Push(segment);
    }

    private static int BytesOf(int sizeClass) => SmallestBytes << sizeClass;

    private static int ClassOf(int bytes) =>
        BitOperations.Log2(((uint)bytes - 1) | (SmallestBytes - 1)) - (SmallestLog2 - 1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Slab Allocate(int minimumBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimumBytes);
        int sizeClass = ClassOf(minimumBytes);
        Slab slab = New(minimumBytes, sizeClass);
        slab.MarkRented();
        _ownedBytes += slab.Capacity;
        return slab;
    }

    private Slab New(int minimumBytes, int sizeClass)
    {
        if (sizeClass < SlabCarver.ClassCount)
        {
            return _carvers[sizeClass].Cut(BytesOf(sizeClass), sizeClass);
        }

        return sizeClass < ClassCount
            ? new Slab(BytesOf(sizeClass), sizeClass)
            : new Slab(minimumBytes, NotPooled);
    }
}

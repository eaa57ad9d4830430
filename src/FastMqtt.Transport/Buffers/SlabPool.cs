// Free slabs of one dispatcher, by size class. Plain lists without any lock: a pool belongs to one thread, and a rent
// or a release is a few loads and stores. A slab may come back to another pool than it came from, so RentedBytes is
// exact only as the sum over all pools. Nothing here waits, fails or clears memory.

using System;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastMqtt.Transport.Buffers;

public sealed class SlabPool
{
    // Powers of two from 256 bytes to 1 MiB. Larger slabs are made exactly as large as asked, and never kept.
    public const int SmallestBytes = 256;
    public const int LargestPooledBytes = 1024 * 1024;

    private const int ClassCount = 13;
    private const int SmallestLog2 = 8;
    private const int NotPooled = ClassCount;

    private readonly FreeList[] _classes = new FreeList[ClassCount];
    private readonly int _freeSegmentsMax;
    private readonly bool _poison;
    private OutputSegment? _freeSegments;
    private int _freeSegmentCount;

    public SlabPool(SlabPoolLimits limits)
    {
        _freeSegmentsMax = limits.FreeSegmentsMax;
        _poison = limits.PoisonReturned;
        for (int i = 0; i < ClassCount; i++)
        {
            _classes[i].CountMax = (int)Math.Min(limits.FreeBytesPerClassMax / BytesOf(i), int.MaxValue);
        }
    }

    public SlabPool()
        : this(new SlabPoolLimits())
    {
    }

    /// <summary>Capacity rented from this pool minus capacity returned to it.</summary>
    public long RentedBytes { get; private set; }

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
        if ((uint)sizeClass < (uint)_classes.Length)
        {
            ref FreeList free = ref _classes[sizeClass];
            Slab? slab = free.Head;
            if (slab is not null)
            {
                free.Head = slab.NextFree;
                free.Count--;
                free.LowWater = Math.Min(free.LowWater, free.Count);
                slab.MarkRented();
                RentedBytes += slab.Capacity;
                return slab;
            }
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
        RentedBytes -= slab.Capacity;
        if (_poison)
        {
            slab.Poison();
        }

        int sizeClass = slab.SizeClass;
        if ((uint)sizeClass >= (uint)_classes.Length)
        {
            return;
        }

        ref FreeList free = ref _classes[sizeClass];
        if (free.Count < free.CountMax)
        {
            slab.NextFree = free.Head;
            free.Head = slab;
            free.Count++;
        }
    }

    /// <summary>
    /// Gives half of what was never needed since the last call to the garbage collector. Call it from a slow timer:
    /// memory of a burst then goes away within minutes, and a steady load loses nothing.
    /// </summary>
    public void Trim()
    {
        foreach (ref FreeList free in _classes.AsSpan())
        {
            for (int unused = (free.LowWater + 1) / 2; unused > 0; unused--)
            {
                Debug.Assert(free.Head is not null, "The count of a free list does not match its length.");
                free.Head = free.Head.NextFree;
                free.Count--;
            }

            free.LowWater = free.Count;
        }
    }

    internal OutputSegment RentSegment(Slab slab, int start, int end, int limit)
    {
        OutputSegment? segment = _freeSegments;
        if (segment is null)
        {
            segment = new OutputSegment();
        }
        else
        {
            _freeSegments = segment.Next;
            _freeSegmentCount--;
            segment.Next = null;
        }

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
        if (_freeSegmentCount < _freeSegmentsMax)
        {
            segment.Next = _freeSegments;
            _freeSegments = segment;
            _freeSegmentCount++;
        }
    }

    private static int BytesOf(int sizeClass) => SmallestBytes << sizeClass;

    private static int ClassOf(int bytes) =>
        BitOperations.Log2(((uint)bytes - 1) | (SmallestBytes - 1)) - (SmallestLog2 - 1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Slab Allocate(int minimumBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimumBytes);
        int sizeClass = ClassOf(minimumBytes);
        Slab slab = sizeClass < ClassCount
            ? new Slab(BytesOf(sizeClass), sizeClass)
            : new Slab(minimumBytes, NotPooled);
        slab.MarkRented();
        RentedBytes += slab.Capacity;
        return slab;
    }

    private struct FreeList
    {
        public Slab? Head;
        public int Count;
        public int CountMax;

        // The smallest Count since the last Trim: so many slabs nobody needed.
        public int LowWater;
    }
}

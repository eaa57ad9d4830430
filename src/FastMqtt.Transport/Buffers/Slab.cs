// A counted piece of pinned memory. The garbage collector never moves it, so its address goes to the system as it is.
// It is a whole array or a part of one that other slabs lie in too (SlabCarver); the array lives as long as any of
// them.
//
// Protocol of the count: Rent gives the renter one reference. Whoever holds a reference may add another, from any
// thread, and hand it over by any means that orders memory (an inbox does). Each reference is released exactly once;
// the release that takes the last one owns the memory alone and gives it to a pool, not necessarily the one it came
// from. Bytes are written only before a reference is shared, or behind everything that was shared.
// A holder that reads a count of one is alone: nobody else can add, so no interlocked operation is needed.

using System;
using System.Diagnostics;
using System.Threading;

namespace FastMqtt.Transport.Buffers;

public sealed class Slab
{
    // The count of a slab that lies in a pool's free list (or was dropped from one).
    private const int Returned = -1;
    private const byte PoisonByte = 0xDB;

    private readonly byte[] _bytes;
    private readonly int _offset;
    private int _references;

    internal Slab(int capacity, int sizeClass)
        : this(GC.AllocateUninitializedArray<byte>(capacity, pinned: true), 0, capacity, sizeClass)
    {
    }

    // A part of a pinned array, which nobody else uses.
    internal Slab(byte[] pinned, int offset, int capacity, int sizeClass)
    {
        _bytes = pinned;
        _offset = offset;
        _references = Returned;
        Capacity = capacity;
        SizeClass = sizeClass;
        unsafe
        {
            fixed (byte* first = pinned)
            {
                Address = (nint)(first + offset);
            }
        }
    }

    public int Capacity { get; }

    public Span<byte> Span
    {
        get
        {
            Debug.Assert(_references > 0, "A slab is used after it was returned.");
            return _bytes.AsSpan(_offset, Capacity);
        }
    }

    public nint Address { get; }

    /// <summary>Whether somebody else holds a reference too. False is certain only for a holder.</summary>
    public bool IsShared => Volatile.Read(ref _references) > 1;

    internal int SizeClass { get; }

    public void AddReference()
    {
        int references = Interlocked.Increment(ref _references);
        Debug.Assert(references > 1, "A reference is added by someone who holds none.");
    }

    /// <summary>Drops one reference. True: it was the last; the caller gives the slab to a pool.</summary>
    public bool Release()
    {
        Debug.Assert(_references > 0, "A slab is released more often than it was referenced.");
        if (Volatile.Read(ref _references) == 1)
        {
            _references = 0;
            return true;
        }

        return Interlocked.Decrement(ref _references) == 0;
    }

    internal void MarkRented()
    {
        Debug.Assert(_references == Returned, "A slab is rented twice.");
        _references = 1;
    }

    internal void MarkReturned()
    {
        Debug.Assert(_references == 0, "A slab is returned twice, or while it is referenced.");
        _references = Returned;
    }

    internal void Poison() => _bytes.AsSpan(_offset, Capacity).Fill(PoisonByte);
}

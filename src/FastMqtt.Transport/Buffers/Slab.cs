// A counted piece of memory that never moves, so its address goes to the system as it is: a pinned array, or a part of
// a chunk that other slabs lie in too (SlabCarver).
//
// Protocol of the count: Rent gives the renter one reference. Whoever holds a reference may add another, from any
// thread, and hand it over by any means that orders memory (an inbox does). Each reference is released exactly once;
// the release that takes the last one owns the memory alone and gives it to a pool, not necessarily the one it came
// from. Bytes are written only before a reference is shared, or behind everything that was shared.
// A holder that reads a count of one is alone: nobody else can add, so no interlocked operation is needed.

using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Threading;

namespace FastMqtt.Transport.Buffers;

internal sealed class Slab
{
    // The count of a slab that lies in a pool's free list (or was dropped from one).
    private const int Returned = -1;
    private const byte PoisonByte = 0xDB;
    private const int CacheLineBytes = 64;

    // Keeps the memory: a pinned array or a SlabMemory.
    private readonly object _memory;
    private int _references;

    internal Slab(int capacity, int sizeClass)
    {
        byte[] pinned = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        _memory = pinned;
        _references = Returned;
        Capacity = capacity;
        SizeClass = sizeClass;
        Address = Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
    }

    // A part of a chunk, which nobody else uses.
    internal Slab(SlabMemory chunk, int offset, int capacity, int sizeClass)
    {
        _memory = chunk;
        _references = Returned;
        Capacity = capacity;
        SizeClass = sizeClass;
        Address = chunk.Address + offset;
    }

    public int Capacity { get; }

    public Span<byte> Span
    {
        get
        {
            Debug.Assert(_references > 0, "A slab is used after it was returned.");
            return Bytes;
        }
    }

    public nint Address { get; }

    /// <summary>Begins to load its first bytes into the cache: they are read soon. Waits for nothing.</summary>
    public unsafe void Prefetch()
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0((void*)Address);
            Sse.Prefetch0((void*)(Address + CacheLineBytes));
        }
    }

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

    internal void Poison() => Bytes.Fill(PoisonByte);

    /// <summary>No pool keeps it: it is never rented again.</summary>
    internal void Drop() => (_memory as SlabMemory)?.Drop();

    private unsafe Span<byte> Bytes => new((void*)Address, Capacity);
}

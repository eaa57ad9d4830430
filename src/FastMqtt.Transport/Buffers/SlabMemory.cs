// A piece of memory that small slabs lie in, outside of the garbage collector's heap: there a pinned array counts as a
// large object, and a few megabytes of those bring a full collection. It goes back to the system with the last of its
// slabs, at once, without a collection.

using System;
using System.Runtime.InteropServices;
using System.Threading;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Buffers;

internal sealed unsafe class SlabMemory
{
    private const nuint PageBytes = 4096;

    private readonly nuint _bytes;
    private void* _first;
    private int _slabs;

    /// <param name="bytes">Whole pages. Those that nobody has written yet take no memory.</param>
    /// <param name="slabs">So many will be dropped.</param>
    /// <exception cref="OutOfMemoryException">The system has no more.</exception>
    public SlabMemory(int bytes, int slabs)
    {
        _bytes = (nuint)bytes;
        _slabs = slabs;
        if (!OperatingSystem.IsLinux())
        {
            _first = NativeMemory.AlignedAlloc(_bytes, PageBytes);
            return;
        }

        _first = Libc.Map(null, _bytes, Libc.MayRead | Libc.MayBeWritten, Libc.Private | Libc.Anonymous, -1, 0);
        if ((nint)_first == Libc.MapFailed)
        {
            _first = null;
            throw new InsufficientMemoryException();
        }
    }

    // For what was never dropped: the slabs of a pool that is gone itself.
    ~SlabMemory() => Free();

    public nint Address => (nint)_first;

    /// <summary>One of its slabs is in no pool and at nobody's any more. On any thread.</summary>
    public void Drop()
    {
        if (Interlocked.Decrement(ref _slabs) == 0)
        {
            Free();
        }
    }

    private void Free()
    {
        void* first = _first;
        _first = null;
        if (first is not null)
        {
            if (OperatingSystem.IsLinux())
            {
                _ = Libc.Unmap(first, _bytes);
            }
            else
            {
                NativeMemory.AlignedFree(first);
            }
        }
    }
}

// Cuts the slabs of one small size class from chunks. An array per slab made the garbage collector the larger half of
// the cost of queueing: hundreds of thousands of pinned arrays of 256 bytes, each found, marked and swept.
//
// A chunk lives as long as any of its slabs does, and a part whose slab was dropped is not cut again: after a burst a
// few slabs that stay may keep their chunks. A pool hands out what was released last first, so those that stay are few.
// A mutable struct: keep it in a field or an array.

namespace FastMqtt.Transport.Buffers;

internal struct SlabCarver
{
    /// <summary>The smallest classes, those up to 2 KiB: of anything larger a chunk would hold too few.</summary>
    public const int ClassCount = 4;

    /// <summary>
    /// Large enough that giving one back, which waits for every core, is little beside using it; pages that nobody has
    /// written take no memory.
    /// </summary>
    private const int ChunkBytes = 256 * 1024;

    private SlabMemory? _chunk;
    private int _used;

    /// <summary>A slab of exactly so many bytes, a power of two of at most a chunk.</summary>
    public Slab Cut(int bytes, int sizeClass)
    {
        if (_chunk is null)
        {
            _chunk = new SlabMemory(ChunkBytes, ChunkBytes / bytes);
            _used = 0;
        }

        var slab = new Slab(_chunk, _used, bytes, sizeClass);
        _used += bytes;
        if (_used == ChunkBytes)
        {
            _chunk = null; // only its slabs keep it
        }

        return slab;
    }
}

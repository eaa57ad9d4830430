// The bounds of one SlabPool. The pool never refuses memory: who rents is bounded elsewhere. What is bounded here is
// how much unused memory it keeps.

namespace FastMqtt.Transport.Buffers;

internal sealed record SlabPoolLimits
{
    /// <summary>
    /// Bytes of free slabs kept per size class; more goes to the system or the collector. Default 32 MiB: a fan-out to
    /// 8,000 subscribers with 4 KiB each returns that much within one tick and wants it back in the next.
    /// </summary>
    public long FreeBytesPerClassMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>Free output segments kept (48 bytes each). Default 65,536, which is 3 MiB.</summary>
    public int FreeSegmentsMax { get; init; } = 65_536;

    /// <summary>Overwrites memory when it is returned, so that a test sees who still reads it.</summary>
    public bool PoisonReturned { get; init; }
}

// Keeps the collector quiet while a large store is read: everything that is read stays, so that collections, one for
// each megabyte here, only walk again and again through what is there: more than half of the time of a start with a
// million retained messages. A quarter of a gigabyte at a time, less on a small machine, then one full collection; a
// process whose heap may not become so large does without. Small stores never get here.

using System.Runtime;

namespace FastMqtt.Broker.Persistence;

internal sealed class QuietHeap
{
    /// <summary>Rows without which it is not worth while.</summary>
    public const int RowsBetween = 16_384;

    private const long BytesMax = 256 << 20;

    // The part of the memory that garbage may take meanwhile.
    private const int MemoryShare = 16;

    private int _rows;
    private bool _hasBegun;
    private bool _isRefused;

    /// <summary>One more row is in memory.</summary>
    public void Add()
    {
        if (++_rows % RowsBetween == 0 && !_isRefused && GCSettings.LatencyMode != GCLatencyMode.NoGCRegion)
        {
            Begin();
        }
    }

    /// <summary>
    /// Collections as ever; the first one is done now, so that nobody has to wait for it when the broker serves.
    /// </summary>
    public void End()
    {
        if (!_hasBegun)
        {
            return;
        }

        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            TryEnd();
        }

        GC.Collect();
    }

    private void Begin()
    {
        try
        {
            long bytes = Math.Min(BytesMax, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare);
            bool hasBegun = GC.TryStartNoGCRegion(bytes);
            _hasBegun |= hasBegun;
            _isRefused = !hasBegun;
        }
        catch (ArgumentOutOfRangeException)
        {
            _isRefused = true; // the heap may not become so large
        }
    }

    private static void TryEnd()
    {
        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // Another thread of the process has filled it, or collected, just now: it is over.
        }
    }
}

// Keeps the collector quiet while a large store is read: everything that is read stays, so that collections, one for
// each megabyte here, only walk again and again through what is there: more than half of the time of a start with a
// million retained messages. A quarter of a gigabyte at a time, then one full collection; a process that may not have
// so much does without. Small stores never get here.

using System.Runtime;

namespace FastMqtt.Broker.Persistence;

internal sealed class QuietHeap
{
    /// <summary>Rows without which it is not worth while.</summary>
    public const int RowsBetween = 16_384;

    private const long Bytes = 256 << 20;

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
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }

        if (_hasBegun)
        {
            GC.Collect();
        }
    }

    private void Begin()
    {
        try
        {
            _hasBegun |= GC.TryStartNoGCRegion(Bytes);
            _isRefused = !_hasBegun;
        }
        catch (ArgumentOutOfRangeException)
        {
            _isRefused = true; // the heap may not become so large
        }
    }
}

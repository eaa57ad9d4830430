// Gives the memory of a burst back. A dispatcher's pool keeps what a flood needed; while it holds more than a little
// that nobody uses, this timer halves that every few seconds, and the collector is asked for the rest once at the end:
// an idle broker allocates nothing, so no collection would come by itself. With nothing to trim no timer is armed and
// the dispatcher sleeps. One per dispatcher, looked at once a tick.

namespace FastMqtt.Broker.Dispatch;

internal sealed class MemoryTrimmer(Dispatcher dispatcher) : Timed
{
    /// <summary>Bytes left to the collector since it was last asked to give memory back to the system.</summary>
    private long _left;

    private long FreeBytes => dispatcher.Slabs.FreeBytes + dispatcher.Publications.FreeBytes;

    /// <summary>Arms the timer if there is something to trim.</summary>
    public void Look()
    {
        if (TimerSlot < 0 && FreeBytes > Limits.FreeBytesKept)
        {
            dispatcher.Timers.Arm(this, dispatcher.Now + Limits.TrimInterval);
        }
    }

    public override void OnDue(Dispatcher dispatcher)
    {
        long before = FreeBytes;
        dispatcher.Slabs.Trim();
        dispatcher.Publications.Trim();
        long after = FreeBytes;
        _left += before - after;
        if (after <= Limits.FreeBytesKept && _left >= Limits.CollectBytes)
        {
            _left = 0;
            Collect();
        }
    }

    // Only the aggressive mode gives pages back at once (two dispatchers after a flood: 281 -> 81 MB resident, the
    // forced one 263 -> 201 MB), but it moves what lives: not with a large heap, where that would be a long stop.
    private static void Collect()
    {
        bool compact = GC.GetTotalMemory(forceFullCollection: false) < Limits.CompactBytes;
        GCCollectionMode mode = compact ? GCCollectionMode.Aggressive : GCCollectionMode.Forced;
        GC.Collect(GC.MaxGeneration, mode, blocking: true, compact);
    }
}

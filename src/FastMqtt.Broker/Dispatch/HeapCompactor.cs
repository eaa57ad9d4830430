// Compacts the heap once after many connections have come or gone. What connecting leaves behind (tables that have
// grown, regions of the collector that are half used) stays resident until a full collection, and an idle broker
// allocates nothing that would cause one. Waits until the wave is over, and leaves a large heap alone: moving it would
// be a long stop. With no wave no timer is armed. One per dispatcher, looked at once a tick; a wave that reaches all of
// them is followed by one compaction, not by one of each.

using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class HeapCompactor(Dispatcher dispatcher) : Timed
{
    /// <summary>ConnectionTable.Changes when the heap was compacted last, and when the timer was armed.</summary>
    private long _changesCompacted;
    private long _changesSeen;
    private long _quietSince;

    /// <summary>Waves that are over; the heap was compacted after each unless it was large.</summary>
    public int WaveCount { get; private set; }

    /// <summary>Arms the timer when a wave has begun: at least half as many changes as there are connections.</summary>
    public void Look()
    {
        ConnectionTable connections = dispatcher.Connections;
        long changes = connections.Changes - _changesCompacted;
        if (TimerSlot < 0 && changes >= Limits.CompactChanges && changes >= connections.Count / 2)
        {
            Wait();
        }
    }

    public override void OnDue(Dispatcher dispatcher)
    {
        long changes = dispatcher.Connections.Changes;
        if (changes - _changesSeen > Limits.CompactQuietChanges)
        {
            Wait();
            return;
        }

        _changesCompacted = changes;
        WaveCount++;
        if (GC.GetTotalMemory(forceFullCollection: false) < Limits.CompactQuicklyBytes
            && dispatcher.Shared.TryTakeCompaction(_quietSince, dispatcher.Now))
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            if (dispatcher.Shared.Handshakes.HasStarted)
            {
                NativeHeap.Trim(); // half of what a handshake needs is free after it
            }
        }
    }

    private void Wait()
    {
        _changesSeen = dispatcher.Connections.Changes;
        _quietSince = dispatcher.Now;
        dispatcher.Timers.Arm(this, dispatcher.Now + Limits.CompactQuiet);
    }
}

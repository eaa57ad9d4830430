// Something with a deadline on a dispatcher's timer wheel: a client's keep alive, a session's expiry. The node is the
// object itself, so arming a timer allocates nothing. Touched only by the owning dispatcher.

namespace FastMqtt.Broker.Dispatch;

internal abstract class Timed
{
    internal Timed? NextTimed;
    internal Timed? PreviousTimed;

    /// <summary>Slot of the wheel it hangs in, -1 when in none.</summary>
    internal int TimerSlot = -1;

    /// <summary>When it is due, in milliseconds of the broker's clock.</summary>
    internal long DueMilliseconds;

    /// <summary>The deadline has passed. May arm itself again.</summary>
    public abstract void OnDue(Dispatcher dispatcher);
}

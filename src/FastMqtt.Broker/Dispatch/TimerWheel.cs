// Deadlines of one dispatcher: a hashed wheel of intrusive lists. Arming, moving and cancelling are O(1); a deadline
// that moves later is only stored, and the node is put in its new slot when the old one comes up (keep alive moves
// with each packet and must cost nothing). What lies beyond the horizon waits in the farthest slot and is put again.
// Precision is one slot, never early.

using System.Numerics;

namespace FastMqtt.Broker.Dispatch;

internal sealed class TimerWheel
{
    /// <summary>Milliseconds of one slot: a keep alive of 1 second ends between 1.5 and 1.7 seconds.</summary>
    private const int SlotMilliseconds = 128;

    /// <summary>A power of two; 1,024 slots look 131 seconds ahead, twice the usual keep alive of 60 seconds.</summary>
    private const int Slots = 1_024;

    /// <summary>A list behind the slots: those of the slot being run that are not due yet. It has no bit.</summary>
    private const int Postponed = Slots;

    private readonly Timed?[] _slots = new Timed?[Slots + 1];
    private readonly ulong[] _occupied = new ulong[Slots / 64];
    private long _tick;

    public TimerWheel(long nowMilliseconds) => _tick = nowMilliseconds / SlotMilliseconds;

    public void Arm(Timed timed, long dueMilliseconds)
    {
        bool later = dueMilliseconds >= timed.DueMilliseconds;
        timed.DueMilliseconds = dueMilliseconds;
        if (timed.TimerSlot >= 0)
        {
            if (later)
            {
                return;
            }

            Unlink(timed);
        }

        Link(timed);
    }

    public void Cancel(Timed timed)
    {
        if (timed.TimerSlot >= 0)
        {
            Unlink(timed);
        }
    }

    /// <summary>Runs what is due.</summary>
    public void Advance(Dispatcher dispatcher, long nowMilliseconds)
    {
        long target = nowMilliseconds / SlotMilliseconds;
        if (target - _tick > Slots)
        {
            _tick = target - Slots; // after a long sleep every slot is visited once, not every tick that passed
        }

        while (_tick < target)
        {
            _tick++;
            int slot = (int)(_tick & (Slots - 1));
            Timed? timed = _slots[slot];
            if (timed is null)
            {
                continue;
            }

            Run(timed, dispatcher, nowMilliseconds);
        }
    }

    /// <summary>Milliseconds until the next slot with something in it, -1 when the wheel is empty.</summary>
    public int MillisecondsToNext(long nowMilliseconds)
    {
        int start = (int)((_tick + 1) & (Slots - 1));
        for (int step = 0; step <= Slots / 64; step++)
        {
            int word = ((start >> 6) + step) & ((Slots / 64) - 1);
            ulong bits = _occupied[word];
            bits &= step == 0 ? ulong.MaxValue << (start & 63) : ulong.MaxValue;
            if (bits != 0)
            {
                int slot = (word << 6) + BitOperations.TrailingZeroCount(bits);
                long tick = _tick + 1 + ((slot - start) & (Slots - 1));
                return (int)Math.Clamp((tick * SlotMilliseconds) - nowMilliseconds, 0, int.MaxValue);
            }
        }

        return -1;
    }

    private void Run(Timed first, Dispatcher dispatcher, long nowMilliseconds)
    {
        // The list may change while its members run: each is unlinked before it does anything. Those that are not due
        // yet are put back, never in this slot again unless a whole turn of the wheel ahead, so the loop ends. Meanwhile
        // they hang in a list of their own, where a member that runs can find, move and cancel them.
        int slot = first.TimerSlot;
        while (_slots[slot] is { } timed)
        {
            Unlink(timed);
            if (timed.DueMilliseconds <= nowMilliseconds)
            {
                timed.OnDue(dispatcher);
            }
            else
            {
                LinkTo(Postponed, timed);
            }
        }

        while (_slots[Postponed] is { } timed)
        {
            Unlink(timed);
            Link(timed);
        }
    }

    private void Link(Timed timed)
    {
        long tick = (timed.DueMilliseconds + SlotMilliseconds - 1) / SlotMilliseconds;
        tick = Math.Clamp(tick, _tick + 1, _tick + Slots - 1);
        int slot = (int)(tick & (Slots - 1));
        LinkTo(slot, timed);
        _occupied[slot >> 6] |= 1UL << (slot & 63);
    }

    private void LinkTo(int slot, Timed timed)
    {
        timed.TimerSlot = slot;
        timed.PreviousTimed = null;
        timed.NextTimed = _slots[slot];
        if (timed.NextTimed is { } next)
        {
            next.PreviousTimed = timed;
        }

        _slots[slot] = timed;
    }

    private void Unlink(Timed timed)
    {
        int slot = timed.TimerSlot;
        if (timed.PreviousTimed is { } previous)
        {
            previous.NextTimed = timed.NextTimed;
        }
        else
        {
            _slots[slot] = timed.NextTimed;
        }

        if (timed.NextTimed is { } next)
        {
            next.PreviousTimed = timed.PreviousTimed;
        }

        if (_slots[slot] is null && slot != Postponed)
        {
            _occupied[slot >> 6] &= ~(1UL << (slot & 63));
        }

        timed.NextTimed = null;
        timed.PreviousTimed = null;
        timed.TimerSlot = -1;
    }
}

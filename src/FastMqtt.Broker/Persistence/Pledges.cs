// What acknowledgements wait for. A pledge is everything of one tick that must be durable before what was promised in
// that tick may be told: messages and rows of the open batch (own), and what other dispatchers do with messages that
// were given to them (elsewhere). It is kept when nothing is left: the batch was committed, or every receiver has
// acknowledged its message before, so that there is nothing to write.
//
// Pledges are numbers in their order, their counts lie in a ring: nothing is allocated for one. A batch contains whole
// pledges, in order. Used by one dispatcher only; what another one did comes through the inbox.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Persistence;

internal sealed class Pledges(Dispatcher dispatcher)
{
    private Slot[] _slots = new Slot[64];
    private long _first = 1;
    private long _next = 1;
    private long _committed;

    /// <summary>The last one that was opened.</summary>
    public long Last => _next - 1;

    public long Open()
    {
        Retire();
        if (_next - _first == _slots.Length)
        {
            Grow();
        }

        ref Slot slot = ref At(_next);
        slot.Own = 0;
        slot.Elsewhere = 0;
        slot.OpenedAt = dispatcher.Now;
        return _next++;
    }

    public bool IsKept(long pledge) => pledge < _first || At(pledge).IsKept;

    /// <summary>In the broker's milliseconds; of one that has own parts left.</summary>
    public long OpenedAt(long pledge) => At(pledge).OpenedAt;

    public void AddOwn(long pledge) => At(pledge).Own++;

    /// <summary>Something of it needs no writing any more.</summary>
    public void DropOwn(long pledge)
    {
        ref Slot slot = ref At(pledge);
        slot.Own--;
        Look(ref slot);
    }

    public void AddElsewhere(long pledge) => At(pledge).Elsewhere++;

    public void DropElsewhere(long pledge)
    {
        ref Slot slot = ref At(pledge);
        slot.Elsewhere--;
        Look(ref slot);
    }

    /// <summary>The client has replies that wait for it.</summary>
    public void Wait(long pledge, Client client) => (At(pledge).Clients ??= []).Add(client);

    /// <summary>Does something when it is kept; at once if it is.</summary>
    public void After(long pledge, Action action)
    {
        if (IsKept(pledge))
        {
            action();
        }
        else
        {
            (At(pledge).Actions ??= []).Add(action);
        }
    }

    /// <summary>Everything up to this one that was this dispatcher's own is on the disk.</summary>
    public void Committed(long upTo)
    {
        for (long pledge = Math.Max(_committed + 1, _first); pledge <= upTo; pledge++)
        {
            ref Slot slot = ref At(pledge);
            slot.Own = 0;
            Look(ref slot);
        }

        _committed = Math.Max(_committed, upTo);
        Retire();
    }

    private ref Slot At(long pledge) => ref _slots[pledge & (_slots.Length - 1)];

    // Who waits may cause new pledges, so the ring may be another afterwards: nothing of the slot is touched then.
    private void Look(ref Slot slot)
    {
        if (!slot.IsKept)
        {
            return;
        }

        List<Action>? actions = slot.Actions;
        slot.Actions = null;
        if (slot.Clients is { Count: > 0 } clients)
        {
            foreach (Client client in clients)
            {
                client.Held?.Release(dispatcher, client);
            }

            clients.Clear();
        }

        if (actions is not null)
        {
            foreach (Action action in actions)
            {
                action();
            }
        }
    }

    // A pledge of the present tick may be kept and get more: only what the tick after it has opened goes.
    private void Retire()
    {
        while (_first < _next - 1 && At(_first).IsKept)
        {
            _first++;
        }
    }

    private void Grow()
    {
        var larger = new Slot[_slots.Length * 2];
        for (long pledge = _first; pledge < _next; pledge++)
        {
            larger[pledge & (larger.Length - 1)] = At(pledge);
        }

        _slots = larger;
    }

    private struct Slot
    {
        public int Own;
        public int Elsewhere;
        public long OpenedAt;
        public List<Client>? Clients;
        public List<Action>? Actions;

        public readonly bool IsKept => Own == 0 && Elsewhere == 0;
    }
}

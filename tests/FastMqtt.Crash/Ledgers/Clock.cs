// Numbers what is noted. One thread makes all notes, so that their order is the order in which it happened to it.
namespace FastMqtt.Crash.Ledgers;

internal sealed class Clock(Func<long> journal)
{
    private long _order;

    public Clock()
        : this(() => 0)
    {
    }

    // A run that goes on from a ledger's notes: what it notes comes after them.
    public Clock(long order)
        : this() => _order = order;

    // Changes with every note: a run in which it stands still gets nowhere.
    public long Order => _order;

    // To be asked once for what is one event: the power may fail between two moments.
    public Moment Now() => new(++_order, journal());
}

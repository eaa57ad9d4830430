// Numbers what is noted. One thread makes all notes, so that their order is the order in which it happened to it.
namespace FastMqtt.Crash.Ledgers;

internal sealed class Clock(Func<long> journal)
{
    private long _order;

    public Clock()
        : this(() => 0)
    {
    }

    public Moment Now() => new(++_order, journal());

    // A run that goes on from a ledger's notes: what it notes comes after them.
    public void StartAfter(Moment last) => _order = Math.Max(_order, last.Order);
}

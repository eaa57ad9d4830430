// When changes that nobody waits for are written.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Persistence;

internal sealed class JournalTimer(Journal journal) : Timed
{
    public override void OnDue(Dispatcher dispatcher) => journal.BecomeDue();
}

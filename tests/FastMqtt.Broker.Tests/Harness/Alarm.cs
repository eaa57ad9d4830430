// A timer of a test on a dispatcher's wheel: runs its action at every due time it is armed for and remembers when.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Tests.Harness;

internal sealed class Alarm(Action action) : Timed
{
    public Alarm()
        : this(static () => { })
    {
    }

    public int Runs { get; private set; }

    public override void OnDue(Dispatcher dispatcher)
    {
        Runs++;
        action();
    }
}

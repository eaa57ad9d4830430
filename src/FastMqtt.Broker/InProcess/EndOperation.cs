// A subscription ends; with its dispatcher it has ended too.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.InProcess;

internal sealed class EndOperation(InProcessSubscription subscription) : InProcessOperation
{
    public override void Fail() => Finish(null);

    protected override Exception? Do(Dispatcher dispatcher)
    {
        subscription.End();
        return null;
    }
}

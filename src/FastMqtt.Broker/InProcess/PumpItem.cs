// A subscription that has something waiting may go on: its reader has made room, or it is its turn again. May be posted
// several times: it does what there is to do then.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.InProcess;

internal sealed class PumpItem(InProcessSubscription subscription) : InboxItem
{
    public override void Run(Dispatcher dispatcher) => subscription.Pump();
}

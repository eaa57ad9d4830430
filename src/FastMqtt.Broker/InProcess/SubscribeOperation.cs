// A subscription begins.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.InProcess;

internal sealed class SubscribeOperation(InProcessSubscription subscription) : InProcessOperation
{
    public override void Fail() => Finish(new ObjectDisposedException(nameof(MqttBroker), "The broker has stopped."));

    protected override Exception? Do(Dispatcher dispatcher) => subscription.Begin();
}

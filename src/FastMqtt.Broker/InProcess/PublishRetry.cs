// A PublishBuffer that is held up looks again in a millisecond: a dispatcher that waits for others sleeps meanwhile.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.InProcess;

internal sealed class PublishRetry : Timed
{
    private PublishBuffer? _buffer;

    public void Arm(Dispatcher dispatcher, PublishBuffer buffer)
    {
        _buffer = buffer;
        dispatcher.Timers.Arm(this, dispatcher.Now + 1);
    }

    public override void OnDue(Dispatcher dispatcher) => _buffer!.Run(dispatcher);
}

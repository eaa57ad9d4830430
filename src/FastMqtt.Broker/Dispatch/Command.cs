// A rare request of the host to a dispatcher, such as "listen" or "stop".

namespace FastMqtt.Broker.Dispatch;

internal sealed class Command(Action<Dispatcher> action) : InboxItem
{
    public override void Run(Dispatcher dispatcher) => action(dispatcher);
}

// A connection whose CONNECT names a session of another dispatcher: the socket and every byte read from it
// move there. Posted once per connection, before anything was answered.

using FastMqtt.Broker.Access;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class ConnectionHandover(
    Connection connection,
    Listener listener,
    long acceptedAt,
    bool isCounted,
    bool isAddressCounted,
    Authentication? authentication) : InboxItem
{
    public override void Run(Dispatcher dispatcher) =>
        dispatcher.Connections.TakeOver(connection, listener, acceptedAt, isCounted, isAddressCounted, authentication);
}

// A connection whose CONNECT names a session of another dispatcher: the socket and every byte read from it and not
// handled move there. Posted once per connection, before anything was answered.

using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class ConnectionHandover(int handle, PeerAddress peer, bool allowAnonymous, byte[] unread, long acceptedAt)
    : InboxItem
{
    public override void Run(Dispatcher dispatcher) =>
        dispatcher.Connections.TakeOver(handle, peer, allowAnonymous, unread, acceptedAt);
}

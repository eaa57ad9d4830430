// Says that an attached stream has input, or takes output again: what a poller's event is for a socket. Two of them are
// made with each stream and posted as often as needed.

using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class AttachedNotice(AttachedStream stream, PollFlags flags) : InboxItem
{
    public override void Run(Dispatcher dispatcher)
    {
        if (stream.IsOwnedBy(dispatcher))
        {
            dispatcher.Connections.OnEvent(new PollEvent(stream.Token, flags));
        }
    }
}

// A stream that was attached arrives at the dispatcher that was chosen for it: an accept without a listener.

using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class AttachedArrival(AttachedStream stream, Listener listener, PeerAddress peer) : InboxItem
{
    public override void Run(Dispatcher dispatcher)
    {
        if (listener.IsRemoved)
        {
            stream.Close(AttachedStream.NoDescriptor);
            return;
        }

        dispatcher.Metrics.SocketsOpened++;
        bool isAddressCounted = false;
        Admission admission = dispatcher.Connections.Listeners.Admit(listener, peer, ref isAddressCounted);
        if (admission != Admission.Admitted)
        {
            stream.Close(AttachedStream.NoDescriptor);
            dispatcher.Connections.Listeners.TurnAway(listener, peer, admission);
            return;
        }

        var connection = new Connection(stream, AttachedStream.NoDescriptor, peer);
        dispatcher.Connections.TakeOver(connection, listener, dispatcher.Now, true, isAddressCounted);
    }
}

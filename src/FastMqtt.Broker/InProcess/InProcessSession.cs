// The session of an in-process subscription: one that never has a client and is always there. A kind of its own, so
// that a client's session has no field for it.

using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.InProcess;

internal sealed class InProcessSession(
    int dispatcher, ulong number, byte[] clientIdentifier, InProcessSubscription subscription)
    : Session(dispatcher, number, clientIdentifier)
{
    public InProcessSubscription Subscription { get; } = subscription;
}

// Retained messages on their way to a new subscription: a cursor into the store, moved on as the client's socket and
// window take more. It holds no message, so a subscription to a million of them costs no memory. Owned by the session.

using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Sessions;

internal sealed class RetainedDelivery(RetainedCursor cursor, Subscription subscription)
{
    public RetainedCursor Cursor => cursor;

    public Subscription Subscription => subscription;
}

// The retained messages a session is still owed: one walk through the store for each new subscription, in the order of
// subscribing. Every step costs the same however many there are: a client may subscribe to a hundred thousand filters
// in one packet, and unsubscribe while its retained messages are on their way. Owned by the session.

using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Sessions;

internal sealed class RetainedBacklog
{
    private readonly LinkedList<RetainedDelivery> _deliveries = [];
    private readonly Dictionary<Subscription, LinkedListNode<RetainedDelivery>> _bySubscription = [];

    public int Count => _bySubscription.Count;

    /// <summary>The delivery to go on with, null when nothing is owed.</summary>
    public RetainedDelivery? First => _deliveries.First?.Value;

    /// <summary>A subscription is owed everything the cursor finds, instead of what it was owed before.</summary>
    public void Set(Subscription subscription, RetainedCursor cursor)
    {
        var delivery = new RetainedDelivery(cursor, subscription);
        if (_bySubscription.TryGetValue(subscription, out LinkedListNode<RetainedDelivery>? node))
        {
            node.Value = delivery;
        }
        else
        {
            _bySubscription.Add(subscription, _deliveries.AddLast(delivery));
        }
    }

    /// <summary>A subscription is owed nothing any more.</summary>
    public void Remove(Subscription subscription)
    {
        if (_bySubscription.Remove(subscription, out LinkedListNode<RetainedDelivery>? node))
        {
            _deliveries.Remove(node);
        }
    }
}

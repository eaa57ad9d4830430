// One page of subscriptions: session by session, and within a session in the order of HashOrder, so that one with very
// many of them takes as many slices and pages as it needs.

using System.Text;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Administration;

internal sealed class SubscriptionListing : SessionWalk<SubscriptionInfo>
{
    private readonly List<(ulong Order, Subscription Subscription)> _found = [];
    private readonly byte[]? _filter;
    private readonly TopicAudience? _audience;

    public SubscriptionListing(BrokerState state, SubscriptionQuery query, CancellationToken cancellation)
        : base(state, query.PageSize, cancellation)
    {
        Only = query.ClientId is { } clientId ? Encoding.UTF8.GetBytes(clientId) : null;
        _filter = query.TopicFilter is { } filter ? Encoding.UTF8.GetBytes(filter) : null;
        _audience = query.Topic is { } topic ? new TopicAudience(topic, state.Subscriptions) : null;
    }

    protected override char Kind => 'u';

    protected override void Begin() => _audience?.Find();

    protected override bool Look(Dispatcher dispatcher, Session session)
    {
        _found.Clear();
        ulong reached = session.Subscriptions.Take(Within, Math.Max(Left, 1), _found);
        for (int i = 0; i < _found.Count; i++)
        {
            (ulong order, Subscription subscription) = _found[i];
            CountLook();
            if (IsWanted(subscription))
            {
                Add(SubscriptionInfo.Of(session, subscription));
            }

            Within = order;
            bool isTwin = i + 1 < _found.Count && _found[i + 1].Order == order;
            if (IsOver && !isTwin)
            {
                return reached == HashOrder.End && i + 1 == _found.Count;
            }
        }

        Within = reached;
        return reached == HashOrder.End;
    }

    private bool IsWanted(Subscription subscription) =>
        (_filter is null || subscription.Filter.SequenceEqual(_filter)) && _audience?.Has(subscription) != false;
}

// One page of sessions.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Administration;

internal sealed class SessionListing(BrokerState state, SessionQuery query, CancellationToken cancellation)
    : SessionWalk<SessionInfo>(state, query.PageSize, cancellation)
{
    private readonly IdentifierPattern? _clientId =
        query.ClientId is { } pattern ? new IdentifierPattern(pattern) : null;

    private readonly TopicAudience? _audience =
        query.SubscribedTo is { } topic ? new TopicAudience(topic, state.Subscriptions) : null;

    protected override char Kind => 's';

    protected override void Begin() => _audience?.Find();

    protected override bool Look(Dispatcher dispatcher, Session session)
    {
        bool isWanted = (query.IsConnected is not { } isConnected || isConnected == session.IsConnected)
            && (query.UserName is not { } userName || userName == (session.UserName ?? string.Empty))
            && _clientId?.Matches(session.ClientIdentifier) != false
            && _audience?.Has(session) != false;
        if (isWanted)
        {
            Add(SessionInfo.Of(dispatcher, session));
        }

        return true;
    }
}

// Inspection and control of a running broker by its host. Everything that concerns sessions and connections is posted
// to the dispatchers that own them, in slices (Inspection); what is shared and has a lock of its own is read in steps.
// From any thread; keeps nothing between two calls, however many listings are under way.

using System.Text;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Administration;

/// <summary>
/// Looks into a running broker, and intervenes. From any thread. A call that was cancelled may have had its effect.
/// Every method throws <see cref="ObjectDisposedException"/> when the broker has stopped.
/// </summary>
public sealed class BrokerAdministration
{
    private readonly BrokerState _state;
    private readonly Task _ended;
    private readonly ulong _stamp = SystemRandom.NextUInt64();

    internal BrokerAdministration(BrokerState state, Task ended)
    {
        _state = state;
        _ended = ended;
    }

    /// <summary>
    /// One page of sessions, in no order that means something. A session that exists from before the first page is
    /// asked for until the last one is there is on exactly one page, as it is when that is made; one that begins or
    /// ends meanwhile is on one page or none. No Client Identifier is on two.
    /// </summary>
    /// <param name="query">Which ones; the same for all pages, but for After.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">SubscribedTo is no Topic Name, After is not of this broker.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The page size.</exception>
    public Task<Page<SessionInfo>> ListSessionsAsync(
        SessionQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        CheckPage(query.PageSize);
        CheckTopic(query.SubscribedTo, nameof(query));
        var listing = new SessionListing(_state, query, cancellationToken);
        listing.Start(_stamp, query.After);
        return AnswerAsync(listing, cancellationToken);
    }

    /// <summary>The session of a Client Identifier; null: there is none.</summary>
    public Task<SessionInfo?> GetSessionAsync(string clientId, CancellationToken cancellationToken = default) =>
        AskAsync<SessionInfo?>(clientId, SessionInfo.Of, null, cancellationToken);

    /// <summary>
    /// The connection of a client, with what the host keeps with it (<see cref="ClientItem{T}"/>); null: no client
    /// with this Client Identifier is connected.
    /// </summary>
    public Task<ClientConnection?> GetConnectionAsync(
        string clientId, CancellationToken cancellationToken = default) => AskAsync(
            clientId, (dispatcher, session) => session.Client?.Show(dispatcher), null, cancellationToken);

    /// <summary>
    /// One page of subscriptions, those of a session behind each other. A subscription that exists from before the
    /// first page is asked for until the last one is there is on exactly one page; one that comes or goes meanwhile is
    /// on one page or none. Without a Client Identifier all sessions are looked through, whatever else is asked for.
    /// </summary>
    /// <param name="query">Which ones; the same for all pages, but for After.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">
    /// Topic is no Topic Name, TopicFilter no Topic Filter, After is not of this broker.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The page size.</exception>
    public Task<Page<SubscriptionInfo>> ListSubscriptionsAsync(
        SubscriptionQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        CheckPage(query.PageSize);
        CheckTopic(query.Topic, nameof(query));
        CheckFilter(query.TopicFilter, nameof(query));
        var listing = new SubscriptionListing(_state, query, cancellationToken);
        listing.Start(_stamp, query.After);
        return AnswerAsync(listing, cancellationToken);
    }

    /// <summary>
    /// One page of retained messages. A topic that has one from before the first page is asked for until the last one
    /// is there is on exactly one page, with the message it has when that is made; one that gets its first or loses its
    /// last meanwhile is on one page or none.
    /// </summary>
    /// <param name="query">Which ones; the same for all pages, but for After.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">TopicFilter is no Topic Filter, After is not of this broker.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The page size.</exception>
    public Task<Page<RetainedInfo>> ListRetainedAsync(
        RetainedQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        CheckPage(query.PageSize);
        CheckFilter(query.TopicFilter, nameof(query));
        var listing = new RetainedListing(_state, query, cancellationToken);
        listing.Start(_stamp);
        return AnswerAsync(listing, cancellationToken);
    }

    /// <summary>The retained message of a topic, with its payload; null: there is none.</summary>
    /// <exception cref="ArgumentException">It is no Topic Name.</exception>
    public Task<RetainedInfo?> GetRetainedAsync(string topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        CheckTopic(topic, nameof(topic));
        return PostAsync(
            _state.Dispatchers[0],
            new Question<RetainedInfo?>(dispatcher => FindRetained(dispatcher, topic), cancellationToken),
            cancellationToken);
    }

    /// <summary>
    /// Removes the retained messages whose topics match, as an empty retained PUBLISH to each of them would, except
    /// that no subscriber is sent anything. Durable when it completes. What is set on these topics meanwhile may be
    /// removed with them or stay. As for subscribers, a leading wildcard does not match topics that begin with '$', so
    /// "#" leaves $SYS alone; "$SYS/#" removes the broker's figures until they change next.
    /// </summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="ArgumentException">It is no Topic Filter.</exception>
    public Task<int> ClearRetainedAsync(string topicFilter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topicFilter);
        CheckFilter(topicFilter, nameof(topicFilter));
        var clearing = new RetainedClearing(_state, topicFilter, cancellationToken);
        clearing.Start();
        return AnswerAsync(clearing, cancellationToken);
    }

    /// <summary>
    /// Ends the connection of a client; one that speaks 5.0 is told the reason. Its session stays for as long as it
    /// asked for, and its will is published as after any failure, unless that is not wanted. When it completes the
    /// session is without its client, and durable so.
    /// </summary>
    /// <param name="clientId">The Client Identifier.</param>
    /// <param name="reason">What a DISCONNECT from a server may say, table 3-13 of MQTT 5.0.</param>
    /// <param name="withoutWill">The will is deleted, not published.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether there was such a client.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Another reason.</exception>
    public Task<bool> DisconnectAsync(
        string clientId,
        ReasonCode reason = ReasonCode.AdministrativeAction,
        bool withoutWill = false,
        CancellationToken cancellationToken = default)
    {
        ClientConnection.CheckReason(reason);
        return ChangeAsync(
            clientId,
            (dispatcher, session) =>
            {
                if (session.Client is not { State: ClientState.Connected } client)
                {
                    return false;
                }

                client.DeleteWill |= withoutWill;
                dispatcher.Packets.Disconnect(client, reason);
                dispatcher.Lifecycle.Detach(client);
                return true;
            },
            cancellationToken);
    }

    /// <summary>
    /// Ends a session now, with its subscriptions and all that waits in it. A client that is connected is disconnected
    /// with Administrative action (0x98) first. The session's will is published, as at the end of any session. Durable
    /// when it completes.
    /// </summary>
    /// <returns>Whether there was such a session.</returns>
    public Task<bool> ExpireSessionAsync(string clientId, CancellationToken cancellationToken = default) => ChangeAsync(
        clientId,
        (dispatcher, session) =>
        {
            dispatcher.Lifecycle.Expire(session);
            return true;
        },
        cancellationToken);

    /// <summary>
    /// Writes the levels of all Topic Filters as a tree, a line each: two spaces for each level above, the level's
    /// name, and how many subscriptions end there, as in "kitchen (2 listeners)". Filters that come or go meanwhile
    /// may be missing. The whole tree is in memory before the first line is written.
    /// </summary>
    /// <param name="writer">Gets the lines.</param>
    /// <param name="query">What of the tree; null: all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">Below is no Topic Filter.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The depth is less than 1.</exception>
    public async Task WriteTopicTreeAsync(
        TextWriter writer, TopicTreeQuery? query = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        query ??= new TopicTreeQuery();
        ArgumentOutOfRangeException.ThrowIfLessThan(query.MaximumDepth, 1, nameof(query));
        CheckFilter(query.Below, nameof(query));
        ObjectDisposedException.ThrowIf(_ended.IsCompleted, typeof(MqttBroker));
        var tree = new TopicTree(query);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // not on the caller's thread
        foreach ((byte[] filter, int listeners) in _state.Subscriptions.Walk())
        {
            cancellationToken.ThrowIfCancellationRequested();
            tree.AddListeners(filter, listeners);
        }

        if (query.IncludeRetained)
        {
            await AddRetainedAsync(tree, query, cancellationToken).ConfigureAwait(false);
        }

        await tree.WriteAsync(writer, cancellationToken).ConfigureAwait(false);
    }

    private static void CheckPage(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(SessionQuery.PageSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Limits.ListingPageMax, nameof(SessionQuery.PageSize));
    }

    // Null is one that nobody asked for.
    private static void CheckTopic(string? topic, string parameter)
    {
        CheckFilter(topic, parameter);
        if (topic?.AsSpan().IndexOfAny('+', '#') >= 0)
        {
            throw new ArgumentException($"No Topic Name: {topic}", parameter);
        }
    }

    private static void CheckFilter(string? filter, string parameter)
    {
        if (filter is not null && !TopicFilter.IsValid(Encoding.UTF8.GetBytes(filter)))
        {
            throw new ArgumentException($"No Topic Filter: {filter}", parameter);
        }
    }

    private static RetainedInfo? FindRetained(Dispatcher dispatcher, string topic)
    {
        if (dispatcher.Shared.Retained.Find(Encoding.UTF8.GetBytes(topic)) is not { } publication)
        {
            return null;
        }

        RetainedInfo? found = publication.HasExpired(dispatcher.Now)
            ? null
            : RetainedInfo.Of(dispatcher.Shared, publication, withPayload: true);
        dispatcher.Publications.Release(publication);
        return found;
    }

    private async Task AddRetainedAsync(TopicTree tree, TopicTreeQuery query, CancellationToken cancellation)
    {
        string filter = query.Below is { } below ? below + "/#" : "#";
        var retained = new RetainedQuery { TopicFilter = filter, PageSize = Limits.ListingPageMax };
        do
        {
            Page<RetainedInfo> page = await ListRetainedAsync(retained, cancellation).ConfigureAwait(false);
            foreach (RetainedInfo message in page.Items)
            {
                tree.AddRetained(Encoding.UTF8.GetBytes(message.Topic));
            }

            retained = retained with { After = page.Next };
        }
        while (retained.After is not null);
    }

    private Task<T> AskAsync<T>(
        string clientId,
        Func<Dispatcher, Session, T> ask,
        T missing,
        CancellationToken cancellation,
        bool isDurable = false)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        byte[] identifier = Encoding.UTF8.GetBytes(clientId);
        int owner = SessionDirectory.OwnerOf(identifier, _state.Dispatchers.Length);
        var question = new Question<T>(
            dispatcher => dispatcher.Sessions.TryFind(identifier, out Session? session)
                ? ask(dispatcher, session)
                : missing,
            cancellation,
            isDurable);
        return PostAsync(_state.Dispatchers[owner], question, cancellation);
    }

    private Task<bool> ChangeAsync(
        string clientId, Func<Dispatcher, Session, bool> change, CancellationToken cancellation) =>
        AskAsync(clientId, change, false, cancellation, isDurable: true);

    private Task<T> PostAsync<T>(Dispatcher dispatcher, Inspection<T> inspection, CancellationToken cancellation)
    {
        dispatcher.Inbox.Post(inspection);
        return AnswerAsync(inspection, cancellation);
    }

    // What is posted when the dispatchers have ended is never run.
    private async Task<T> AnswerAsync<T>(Inspection<T> inspection, CancellationToken cancellation)
    {
        Task first = await Task.WhenAny(inspection.Answer, _ended).WaitAsync(cancellation).ConfigureAwait(false);
        ObjectDisposedException.ThrowIf(first == _ended && !inspection.Answer.IsCompleted, typeof(MqttBroker));
        return await inspection.Answer.ConfigureAwait(false);
    }
}

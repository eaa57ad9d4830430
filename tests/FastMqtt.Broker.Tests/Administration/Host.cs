// The host of a test broker, as far as inspection and control go: asks, and lets the dispatchers tick until the answer
// is there. What happens between two ticks of them is the test's.

using FastMqtt.Broker.Administration;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Administration;

internal sealed class Host(TestBroker broker)
{
    private readonly BrokerAdministration _administration = new(broker.State, new TaskCompletionSource().Task);

    public BrokerAdministration Administration => _administration;

    public async Task<T> AskAsync<T>(Func<BrokerAdministration, Task<T>> ask, Action? meanwhile = null)
    {
        Task<T> answer = ask(_administration);
        while (meanwhile is not null && !answer.IsCompleted)
        {
            meanwhile();
            broker.TickOnce();
        }

        broker.TickUntil(() => answer.IsCompleted);
        return await answer;
    }

    /// <summary>All pages, one after the other.</summary>
    public async Task<List<SessionInfo>> AllAsync(SessionQuery query, Action? meanwhile = null)
    {
        var all = new List<SessionInfo>();
        do
        {
            Page<SessionInfo> page = await AskAsync(one => one.ListSessionsAsync(query), meanwhile);
            Assert.InRange(page.Items.Count, page.Next is null ? 0 : query.PageSize, query.PageSize);
            all.AddRange(page.Items);
            query = query with { After = page.Next };
        }
        while (query.After is not null);
        return all;
    }

    public async Task<List<SubscriptionInfo>> AllAsync(SubscriptionQuery query, Action? meanwhile = null)
    {
        var all = new List<SubscriptionInfo>();
        do
        {
            Page<SubscriptionInfo> page = await AskAsync(one => one.ListSubscriptionsAsync(query), meanwhile);
            Assert.InRange(page.Items.Count, page.Next is null ? 0 : query.PageSize, query.PageSize);
            all.AddRange(page.Items);
            query = query with { After = page.Next };
        }
        while (query.After is not null);
        return all;
    }

    public async Task<List<RetainedInfo>> AllAsync(RetainedQuery query, Action? betweenPages = null)
    {
        var all = new List<RetainedInfo>();
        do
        {
            Page<RetainedInfo> page = await AskAsync(one => one.ListRetainedAsync(query));
            Assert.InRange(page.Items.Count, page.Next is null ? 0 : query.PageSize, query.PageSize);
            all.AddRange(page.Items);
            query = query with { After = page.Next };
            betweenPages?.Invoke();
        }
        while (query.After is not null);
        return all;
    }
}

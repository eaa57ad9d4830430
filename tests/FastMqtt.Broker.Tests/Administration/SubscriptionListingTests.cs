// Listing subscriptions: what is shown, filters, and what is promised about subscriptions that come and go meanwhile.

using FastMqtt.Broker.Administration;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Administration;

public sealed class SubscriptionListingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(4, 4)]
    public async Task A_subscription_that_lives_through_the_listing_is_seen_once(int dispatchers, int seed)
    {
        using var broker = new TestBroker(dispatchers);
        var host = new Host(broker);
        var random = new Random(seed);
        TestClient[] clients = [.. Enumerable.Range(0, 5).Select(i => broker.ConnectPersistent($"client-{i}"))];
        var lasting = new HashSet<string>();
        for (int i = 0; i < 200; i++)
        {
            TestClient client = clients[random.Next(4)]; // the last has none
            client.Subscribe($"lasting/{i}");
            lasting.Add($"{client.Identifier} lasting/{i}");
        }

        var passing = new HashSet<(TestClient Client, string Filter)>();
        var ever = new HashSet<string>();
        int made = 0;
        void ComeAndGo()
        {
            TestClient client = clients[random.Next(5)];
            if (++made / 200 % 2 == 0 || passing.Count == 0)
            {
                string filter = $"passing/{random.Next(500)}";
                client.Subscribe(filter);
                passing.Add((client, filter));
                ever.Add($"{client.Identifier} {filter}");
            }
            else
            {
                (TestClient whose, string filter) = passing.First();
                whose.Unsubscribe(filter);
                passing.Remove((whose, filter));
            }
        }

        List<SubscriptionInfo> seen = await host.AllAsync(
            new SubscriptionQuery { PageSize = random.Next(1, 6) }, ComeAndGo);
        string[] names = [.. seen.Select(found => $"{found.ClientId} {found.TopicFilter}")];
        Assert.True(made > 30, $"seed {seed}: only {made} changes");
        Assert.Equal(names.Distinct().Count(), names.Length);
        Assert.Superset(lasting, names.ToHashSet());
        Assert.All(names, name => Assert.True(lasting.Contains(name) || ever.Contains(name), name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task Subscriptions_are_found_by_client_filter_and_topic(int pageSize)
    {
        using var broker = new TestBroker(2);
        broker.Connect("a").Subscribe("home/+/light").Subscribe("home/#").Subscribe("other");
        broker.Connect("b").Subscribe("$share/g/home/#").Subscribe("home/kitchen/light");
        broker.Connect("c").Subscribe("home/kitchen");
        var host = new Host(broker);
        Assert.Equal(
            "a home/#, a home/+/light, a other, b home/#, b home/kitchen/light, c home/kitchen",
            await FindAsync(new SubscriptionQuery()));
        Assert.Equal("b home/#, b home/kitchen/light", await FindAsync(new SubscriptionQuery { ClientId = "b" }));
        Assert.Equal("", await FindAsync(new SubscriptionQuery { ClientId = "nobody" }));
        Assert.Equal("a home/#, b home/#", await FindAsync(new SubscriptionQuery { TopicFilter = "home/#" }));
        Assert.Equal(
            "a home/#, a home/+/light, b home/#, b home/kitchen/light",
            await FindAsync(new SubscriptionQuery { Topic = "home/kitchen/light" }));
        Assert.Equal(
            "a home/#", await FindAsync(new SubscriptionQuery { Topic = "home", ClientId = "a" }));
        Assert.Equal("", await FindAsync(new SubscriptionQuery { TopicFilter = "home/+", Topic = "home/kitchen" }));

        async Task<string> FindAsync(SubscriptionQuery query) => string.Join(
            ", ",
            (await host.AllAsync(query with { PageSize = pageSize }))
                .Select(found => $"{found.ClientId} {found.TopicFilter}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_subscription_is_shown_with_its_options()
    {
        using var broker = new TestBroker();
        broker.Connect("a")
            .Subscribe("plain")
            .Subscribe("all", 2 | 4 | 8, Property.SubscriptionIdentifier(77))
            .Subscribe("$share/group/shared/#", 1);
        List<SubscriptionInfo> found = await new Host(broker).AllAsync(new SubscriptionQuery());
        Assert.Equal(
            [
                new SubscriptionInfo
                {
                    ClientId = "a",
                    TopicFilter = "all",
                    MaximumQoS = QualityOfService.ExactlyOnce,
                    NoLocal = true,
                    RetainAsPublished = true,
                    Identifier = 77,
                },
                new SubscriptionInfo { ClientId = "a", TopicFilter = "plain" },
                new SubscriptionInfo
                {
                    ClientId = "a",
                    TopicFilter = "shared/#",
                    ShareName = "group",
                    MaximumQoS = QualityOfService.AtLeastOnce,
                },
            ],
            found.OrderBy(subscription => subscription.TopicFilter, StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_no_topic_or_filter_is_refused()
    {
        using var broker = new TestBroker();
        BrokerAdministration administration = new Host(broker).Administration;
        await Assert.ThrowsAsync<ArgumentException>(
            () => administration.ListSubscriptionsAsync(new SubscriptionQuery { Topic = "a/+" }, Token));
        await Assert.ThrowsAsync<ArgumentException>(
            () => administration.ListSubscriptionsAsync(new SubscriptionQuery { TopicFilter = "a/#/b" }, Token));
    }
}

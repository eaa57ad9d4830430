// Listing sessions: what a page shows, filters, and what is promised about sessions that come and go meanwhile.

using FastMqtt.Broker.Administration;
using FastMqtt.Broker.Tests.Access;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Administration;

public sealed class SessionListingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(2, 4)]
    [InlineData(4, 5)]
    [InlineData(4, 6)]
    public async Task A_session_that_lives_through_the_listing_is_seen_once(int dispatchers, int seed)
    {
        using var broker = new TestBroker(dispatchers);
        var host = new Host(broker);
        var random = new Random(seed);
        var lasting = new HashSet<string>();
        var passing = new List<string>();
        var ever = new HashSet<string>();
        int made = 0;
        for (int i = 0; i < 300; i++)
        {
            string identifier = $"lasting-{i}";
            broker.ConnectPersistent(identifier).Reset();
            lasting.Add(identifier);
        }

        // Beside those that stay, the directories grow to more than twice their size and shrink again.
        void ComeAndGo()
        {
            bool grows = (made / 400) % 2 == 0;
            for (int i = 0; i < 5; i++)
            {
                made++;
                if (grows || passing.Count == 0)
                {
                    string identifier = $"passing-{random.Next(2_000)}";
                    broker.ConnectPersistent(identifier);
                    passing.Add(identifier);
                    ever.Add(identifier);
                }
                else
                {
                    int gone = random.Next(passing.Count);
                    if (broker.FindSession(passing[gone]) is { } session)
                    {
                        broker.Dispatchers[session.Dispatcher].Lifecycle.Expire(session);
                    }

                    passing.RemoveAt(gone);
                }
            }
        }

        List<SessionInfo> seen = await host.AllAsync(new SessionQuery { PageSize = random.Next(1, 20) }, ComeAndGo);
        Assert.True(made > 100, $"seed {seed}: only {made} changes");
        string[] names = [.. seen.Select(session => session.ClientId)];
        Assert.Equal(names.Distinct().Count(), names.Length);
        Assert.Superset(lasting, names.ToHashSet());
        Assert.All(names, name => Assert.True(lasting.Contains(name) || ever.Contains(name), name));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    [InlineData(4, 64)]
    [InlineData(4, 10_000)]
    public async Task Pages_have_every_session_and_no_more_than_was_asked_for(int dispatchers, int pageSize)
    {
        using var broker = new TestBroker(dispatchers);
        string[] identifiers = [.. Enumerable.Range(0, 64).Select(i => $"client {i}")];
        foreach (string identifier in identifiers)
        {
            broker.Connect(identifier);
        }

        List<SessionInfo> seen = await new Host(broker).AllAsync(new SessionQuery { PageSize = pageSize });
        Assert.Equal(identifiers.Order(), seen.Select(session => session.ClientId).Order());
    }

    [Fact]
    public async Task A_broker_without_sessions_has_one_empty_page()
    {
        using var broker = new TestBroker(2);
        Page<SessionInfo> page = await new Host(broker).AskAsync(one => one.ListSessionsAsync(new SessionQuery()));
        Assert.Empty(page.Items);
        Assert.Null(page.Next);
    }

    [Fact]
    public async Task A_continuation_is_of_one_broker_and_one_kind_of_listing()
    {
        using var broker = new TestBroker();
        broker.Connect().Subscribe("a").Subscribe("b");
        broker.Connect();
        var host = new Host(broker);
        Page<SessionInfo> sessions = await host.AskAsync(
            one => one.ListSessionsAsync(new SessionQuery { PageSize = 1 }));
        Page<SubscriptionInfo> subscriptions = await host.AskAsync(
            one => one.ListSubscriptionsAsync(new SubscriptionQuery { PageSize = 1 }));
        string?[] wrongs = [subscriptions.Next, string.Empty, "s", "nonsense.1.2.3", sessions.Next + "x"];
        foreach (string? wrong in wrongs)
        {
            var query = new SessionQuery { After = wrong };
            await Assert.ThrowsAsync<ArgumentException>(() => host.Administration.ListSessionsAsync(query, Token));
        }

        var other = new Host(broker);
        await Assert.ThrowsAsync<ArgumentException>(
            () => other.Administration.ListSessionsAsync(new SessionQuery { After = sessions.Next }, Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task A_page_has_a_size_within_bounds(int size)
    {
        using var broker = new TestBroker();
        var host = new Host(broker);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => host.Administration.ListSessionsAsync(new SessionQuery { PageSize = size }, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => host.Administration.ListSubscriptionsAsync(new SubscriptionQuery { PageSize = size }, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => host.Administration.ListRetainedAsync(new RetainedQuery { PageSize = size }, Token));
    }

    [Theory]
    [InlineData("lamp*", "lamp/1 lamp/2")]
    [InlineData("*1", "lamp/1 tv/1")]
    [InlineData("*/*", "lamp/1 lamp/2 tv/1")]
    [InlineData("l*p/*2*", "lamp/2")]
    [InlineData("tv/1", "tv/1")]
    [InlineData("tv", "")]
    [InlineData("*", "lamp/1 lamp/2 tv/1 ü")]
    [InlineData("ü", "ü")]
    [InlineData("**", "lamp/1 lamp/2 tv/1 ü")]
    [InlineData("", "")]
    public async Task Sessions_are_found_by_a_pattern_of_their_identifier(string pattern, string expected)
    {
        using var broker = new TestBroker(2);
        foreach (string identifier in (string[])["lamp/1", "lamp/2", "tv/1", "ü"])
        {
            broker.Connect(identifier);
        }

        List<SessionInfo> found = await new Host(broker).AllAsync(new SessionQuery { ClientId = pattern });
        Assert.Equal(expected, string.Join(' ', found.Select(session => session.ClientId).Order()));
    }

    [Fact]
    public async Task Sessions_are_found_by_user_connection_and_what_they_subscribe_to()
    {
        var users = new ListenerOptions { Authenticator = new FakeUsers(), AllowAnonymous = true };
        using var broker = new TestBroker(listenerOptions: users);
        TestClient ann = broker.Open();
        ann.Send(Packets.Connect(ProtocolVersion.Mqtt5, "a", userName: "ann", password: "secret"));
        broker.TickUntilAnswered();
        Assert.Equal(ReasonCode.Success, ann.Next(PacketType.Connack).Reason);
        ann.Subscribe("home/+/light");
        broker.ConnectPersistent("b").Subscribe("$share/g/home/#").Reset();
        broker.Connect("c").Subscribe("home/kitchen/light").Subscribe("other").Subscribe("more");
        broker.Connect("d");
        var host = new Host(broker);
        Assert.Equal("a", await FindAsync(new SessionQuery { UserName = "ann" }));
        Assert.Equal("b c d", await FindAsync(new SessionQuery { UserName = string.Empty }));
        Assert.Equal("a c d", await FindAsync(new SessionQuery { IsConnected = true }));
        Assert.Equal("b", await FindAsync(new SessionQuery { IsConnected = false }));
        Assert.Equal("a b c", await FindAsync(new SessionQuery { SubscribedTo = "home/kitchen/light" }));
        Assert.Equal("a c", await FindAsync(
            new SessionQuery { SubscribedTo = "home/kitchen/light", IsConnected = true }));
        Assert.Equal("", await FindAsync(new SessionQuery { SubscribedTo = "nothing" }));
        await Assert.ThrowsAsync<ArgumentException>(
            () => host.Administration.ListSessionsAsync(new SessionQuery { SubscribedTo = "home/#" }, Token));

        async Task<string> FindAsync(SessionQuery query) =>
            string.Join(' ', (await host.AllAsync(query)).Select(session => session.ClientId).Order());
    }

    [Fact]
    public async Task A_connected_session_is_shown_with_its_connection()
    {
        using var broker = new TestBroker(2);
        var host = new Host(broker);
        long before = broker.State.Milliseconds();
        TestClient client = broker.Connect(
            "c",
            keepAlive: 60,
            clean: true,
            properties: Property.SessionExpiryInterval(100),
            will: new Will("w", "gone"));
        client.Subscribe("t", 1).Subscribe("u", 2);
        client.Send("x", "waits for PUBREL", 2);
        broker.Advance(Limits.AcknowledgementGrace);
        TestClient publisher = broker.Connect();
        publisher.Send("t", "sent", 1);
        broker.Advance(Limits.AcknowledgementGrace);
        SessionInfo session = (await host.AskAsync(one => one.GetSessionAsync("c")))!;
        Assert.Equal("c", session.ClientId);
        Assert.Null(session.UserName);
        Assert.True(session.IsConnected);
        Assert.Equal(
            DateTimeOffset.FromUnixTimeMilliseconds(broker.State.ToUnix(before)), session.ConnectedAt);
        Assert.Null(session.DisconnectedAt);
        Assert.Null(session.ExpiresAt);
        Assert.Equal("attached", session.Listener);
        Assert.Equal(client.Socket.Peer, session.Peer);
        Assert.Equal(ProtocolVersion.Mqtt5, session.Version);
        Assert.Equal(TimeSpan.FromSeconds(60), session.KeepAlive);
        Assert.Equal(TimeSpan.FromSeconds(100), session.ExpiryInterval);
        Assert.Equal((2, 1, 1), (session.Subscriptions, session.InFlight, session.Unreleased));
        Assert.Equal((0, 0), (session.QueuedMessages, session.QueuedBytes));
        Assert.True(session.HasWill);
        Assert.True(session.BytesReceived > 0 && session.BytesSent > 0);
        Assert.Null(await host.AskAsync(one => one.GetSessionAsync("nobody")));
    }

    [Fact]
    public async Task An_absent_session_is_shown_with_what_waits_and_when_it_ends()
    {
        using var broker = new TestBroker(2);
        var host = new Host(broker);
        TestClient client = broker.ConnectPersistent("c").Subscribe("t", 1);
        broker.Connect("never", ProtocolVersion.Mqtt311, clean: false).Reset();
        broker.Advance(5_000);
        client.Disconnect();
        broker.Connect().Publish("t", "waits", 1);
        SessionInfo session = (await host.AskAsync(one => one.GetSessionAsync("c")))!;
        DateTimeOffset left = DateTimeOffset.FromUnixTimeMilliseconds(broker.State.ToUnix(broker.Dispatchers[0].Now));
        Assert.False(session.IsConnected);
        Assert.Null(session.ConnectedAt);
        Assert.Equal(left, session.DisconnectedAt);
        Assert.Equal(left.AddSeconds(3_600), session.ExpiresAt);
        Assert.Equal((1, "twaits".Length), (session.QueuedMessages, session.QueuedBytes));
        Assert.Null(session.Peer);
        Assert.Null(session.Listener);
        Assert.Null(session.Version);
        Assert.Null(session.KeepAlive);
        SessionInfo never = (await host.AskAsync(one => one.GetSessionAsync("never")))!;
        Assert.Null(never.ExpiryInterval);
        Assert.Null(never.ExpiresAt);
        Assert.Equal(left.AddSeconds(-5), never.DisconnectedAt);
    }
}

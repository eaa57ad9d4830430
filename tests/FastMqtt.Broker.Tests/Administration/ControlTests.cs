// A host disconnects clients and ends sessions: what the client is told, what happens to will and session, and that it
// is durable when the host hears of it.

using FastMqtt.Broker.Administration;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.Administration;

public sealed class ControlTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<ReasonCode> Reasons =>
    [
        .. Enum.GetValues<ReasonCode>().Where(reason => reason != ReasonCode.DisconnectWithWillMessage
            && AllowedReasonCodes.Contains(PacketType.Disconnect, reason)).Distinct(),
    ];

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task A_client_is_disconnected_with_the_reason(ReasonCode reason)
    {
        // [MQTT-3.14.2-1]
        using var broker = new TestBroker(2);
        var host = new Host(broker);
        foreach (ProtocolVersion version in (ProtocolVersion[])[ProtocolVersion.Mqtt311, ProtocolVersion.Mqtt5])
        {
            TestClient client = broker.Connect($"c{version}", version, will: new Will("w", "gone"));
            TestClient watcher = broker.Connect().Subscribe("w");
            Assert.True(await host.AskAsync(one => one.DisconnectAsync(client.Identifier, reason)));
            if (version == ProtocolVersion.Mqtt5)
            {
                Assert.Equal(reason, client.Next(PacketType.Disconnect).Reason);
            }

            client.ExpectNothing();
            Assert.True(client.Socket.IsEndedByBroker);
            Assert.Equal("gone", watcher.NextPublish().Text);
            Assert.Null(broker.FindSession(client.Identifier));
            Assert.False(await host.AskAsync(one => one.DisconnectAsync(client.Identifier, reason)));
        }

        Assert.Equal(2, broker.Metrics.ConnectionsOpen); // the watchers
    }

    [Theory]
    [InlineData(ReasonCode.DisconnectWithWillMessage)]
    [InlineData(ReasonCode.BadUserNameOrPassword)]
    public async Task A_reason_that_no_disconnect_has_is_refused(ReasonCode reason)
    {
        // [MQTT-3.14.2-1]
        using var broker = new TestBroker();
        BrokerAdministration administration = new Host(broker).Administration;
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => administration.DisconnectAsync("c", reason, cancellationToken: Token));
    }

    [Fact]
    public async Task The_session_stays_and_the_will_goes_if_that_is_wanted()
    {
        using var broker = new TestBroker();
        var host = new Host(broker);
        TestClient watcher = broker.Connect().Subscribe("w");
        broker.Connect(
            "c",
            clean: false,
            properties: Property.SessionExpiryInterval(100),
            will: new Will("w", "gone")).Subscribe("t", 1);
        Assert.True(await host.AskAsync(one => one.DisconnectAsync("c", withoutWill: true)));
        watcher.ExpectNothing();
        Assert.False(broker.FindSession("c")!.IsConnected);
        Assert.Null(broker.FindSession("c")!.Will);
        Assert.True(broker.ConnectPersistent("c").Connack!.SessionPresent);
    }

    [Theory]
    [InlineData(1, ProtocolVersion.Mqtt5)]
    [InlineData(2, ProtocolVersion.Mqtt311)]
    [InlineData(4, ProtocolVersion.Mqtt5)]
    public async Task An_expired_session_is_gone_after_a_restart(int dispatchers, ProtocolVersion version)
    {
        using var store = new MemoryStore();
        using (var broker = new TestBroker(dispatchers, store: store))
        {
            var host = new Host(broker);
            broker.ConnectPersistent("kept", version).Subscribe("t", 1).Reset();
            broker.ConnectPersistent("absent", version).Subscribe("t", 1).Reset();
            TestClient present = broker.ConnectPersistent("present", version).Subscribe("t", 1);
            broker.Connect().Send("t", "waits", 1);
            broker.Advance(Limits.AcknowledgementGrace);
            present.NextPublish();
            Assert.True(await host.AskAsync(one => one.ExpireSessionAsync("absent")));
            Assert.True(await host.AskAsync(one => one.ExpireSessionAsync("present")));
            Assert.False(await host.AskAsync(one => one.ExpireSessionAsync("present")));
            if (version == ProtocolVersion.Mqtt5)
            {
                Assert.Equal(ReasonCode.AdministrativeAction, present.Next(PacketType.Disconnect).Reason);
            }

            Assert.True(present.Socket.IsEndedByBroker);
            Assert.Equal(2, broker.Metrics.SessionsExpired);
            Assert.Equal(1, broker.State.Subscriptions.SubscriptionCount);
        } // killed: what was told to be durable is all that counts

        using var again = new TestBroker(dispatchers, store: store);
        Assert.Null(again.FindSession("absent"));
        Assert.Null(again.FindSession("present"));
        Assert.False(again.ConnectPersistent("present", version).Connack!.SessionPresent);
        TestClient kept = again.ConnectPersistent("kept", version);
        Assert.True(version == ProtocolVersion.Mqtt31 || kept.Connack!.SessionPresent);
        Assert.Equal("waits", kept.NextPublish().Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_will_is_published_when_the_session_is_ended_whatever_its_delay(bool isConnected)
    {
        // [MQTT-3.1.2-8]
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("w");
        TestClient client = broker.Connect(
            "c",
            clean: false,
            properties: Property.SessionExpiryInterval(1_000),
            will: new Will("w", "gone", Properties: Property.WillDelayInterval(500)));
        if (!isConnected)
        {
            client.Reset();
            watcher.ExpectNothing();
        }

        Assert.True(await new Host(broker).AskAsync(one => one.ExpireSessionAsync("c")));
        Assert.Equal("gone", watcher.NextPublish().Text);
        Assert.Null(broker.FindSession("c"));
        broker.AdvanceSeconds(1_100);
        watcher.ExpectNothing();
    }

    [Fact]
    public async Task What_the_host_is_told_is_durable()
    {
        using var store = new MemoryStore();
        using var broker = new TestBroker(store: store);
        broker.ConnectPersistent("a");
        broker.ConnectPersistent("b");
        BrokerAdministration administration = new Host(broker).Administration;
        broker.IsDiskHeld = true;
        Task<bool> disconnected = administration.DisconnectAsync("a", cancellationToken: Token);
        Task<bool> expired = administration.ExpireSessionAsync("b", Token);
        broker.Tick();
        Assert.Null(broker.FindSession("b"));
        Assert.False(disconnected.IsCompleted || expired.IsCompleted);
        broker.IsDiskHeld = false;
        broker.TickUntil(() => disconnected.IsCompleted && expired.IsCompleted);
        Assert.True(await disconnected && await expired);
    }

    [Theory]
    [InlineData(Durability.Commit)]
    [InlineData(Durability.Interval)]
    [InlineData(Durability.Off)]
    public async Task A_host_does_not_wait_for_the_stores_interval(Durability durability)
    {
        // The clock stands still.
        using var store = new MemoryStore();
        using var broker = new TestBroker(
            store: store,
            configure: options => options.Persistence = options.Persistence! with { Durability = durability });
        broker.ConnectPersistent("a");
        broker.Connect().Publish("t", "x", 1, retain: true);
        var host = new Host(broker);
        Assert.True(await host.AskAsync(one => one.DisconnectAsync("a")));
        Assert.True(await host.AskAsync(one => one.ExpireSessionAsync("a")));
        Assert.Equal(1, await host.AskAsync(one => one.ClearRetainedAsync("#")));
    }

    [Fact]
    public async Task A_broker_that_has_stopped_answers_nothing()
    {
        await using var broker = MqttBroker.Start(
            new BrokerOptions { SystemTopicsInterval = TimeSpan.Zero, Listeners = { Any() } },
            NullLoggerFactory.Instance);
        BrokerAdministration administration = broker.Administration;
        Assert.Null(await administration.GetSessionAsync("c", Token));
        await broker.StopAsync(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => administration.GetSessionAsync("c", Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => administration.ExpireSessionAsync("c", Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => administration.WriteTopicTreeAsync(TextWriter.Null, null, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => administration.ListSessionsAsync(new SessionQuery(), Token));

        static ListenerOptions Any() => new()
        {
            EndPoint = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0),
            AllowAnonymous = true,
        };
    }

    [Fact]
    public async Task Who_waits_can_stop_waiting()
    {
        using var broker = new TestBroker();
        using var cancellation = new CancellationTokenSource();
        Task<SessionInfo?> asked = new Host(broker).Administration.GetSessionAsync("c", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        broker.Tick();
    }
}

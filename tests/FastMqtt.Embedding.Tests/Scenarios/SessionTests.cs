// Sessions that outlive their connection, or must not.

using MQTTnet;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class SessionTests
{
    [Fact]
    public async Task A_clean_session_of_3_1_1_leaves_nothing_whatever_expiry_the_client_wanted()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using (InteropClient first = await broker.ConnectAsync(
            MqttProtocolVersion.V311, o => o.WithClientId("1").WithSessionExpiryInterval(9999)))
        {
            await first.DisconnectAsync();
        }

        await using InteropClient second = await broker.ConnectAsync(
            MqttProtocolVersion.V311, o => o.WithClientId("1").WithCleanSession(false));
        Assert.False(second.Connack.IsSessionPresent);
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task A_first_connection_finds_no_session(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient clean = await broker.ConnectAsync(version);
        await using InteropClient kept = await broker.ConnectAsync(version, o => o.WithCleanSession(false));
        Assert.False(clean.Connack.IsSessionPresent || kept.Connack.IsSessionPresent);
    }

    [Fact]
    public async Task An_expired_session_is_not_resumed()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        InteropClient first = await broker.ConnectAsync(configure: Lasting(seconds: 1));
        first.Drop();
        await Eventually.HoldsAsync(() => broker is { Connected: 0, Sessions: 1 });
        await Eventually.HoldsAsync(() => broker.Sessions == 0);
        await using InteropClient second = await broker.ConnectAsync(configure: Lasting(seconds: 1));
        Assert.False(second.Connack.IsSessionPresent);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_kept_session_stays_when_its_client_goes(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient first = await ConnectAsync("1");
        await using InteropClient second = await ConnectAsync("2");
        await first.DisconnectAsync(Keep);
        await Eventually.HoldsAsync(() => broker is { Connected: 1, Sessions: 2 });
        await second.DisconnectAsync(Keep);
        await Eventually.HoldsAsync(() => broker is { Connected: 0, Sessions: 2 });

        // 5.0 says with DISCONNECT how long; the interval of CONNECT must not be 0 for that (3.14.2.2.2).
        Task<InteropClient> ConnectAsync(string name) => broker.ConnectAsync(
            version, o => o.WithClientId(name).WithCleanSession(false).WithSessionExpiryInterval(30));
        void Keep(MqttClientDisconnectOptionsBuilder options)
        {
            if (version == MqttProtocolVersion.V500)
            {
                options.WithSessionExpiryInterval(60);
            }
        }
    }

    [Fact]
    public async Task Messages_wait_for_a_client_that_is_away()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using (InteropClient away = await broker.ConnectAsync(configure: Lasting(seconds: 60)))
        {
            await away.SubscribeAsync("x", QoS.AtLeastOnce);
            await away.DisconnectAsync();
        }

        await using InteropClient sender = await broker.ConnectAsync();
        foreach (string text in (string[])["1", "2", "3"])
        {
            await sender.PublishAsync("x", text, QoS.AtLeastOnce);
        }

        await using InteropClient back = await broker.ConnectAsync(configure: Lasting(seconds: 60));
        Assert.True(back.Connack.IsSessionPresent);
        Assert.Equal(["1", "2", "3"], (await back.ReceiveAsync(3)).Select(message => message.Text));
    }

    [Fact]
    public async Task A_full_queue_drops_the_new_message_and_keeps_the_old_one()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(o => o.MaximumQueuedMessages = 1);
        await using (InteropClient away = await broker.ConnectAsync(configure: Lasting(seconds: 60)))
        {
            await away.SubscribeAsync("x", QoS.AtLeastOnce);
            await away.DisconnectAsync();
        }

        await using InteropClient sender = await broker.ConnectAsync();
        await sender.PublishAsync("x", "1", QoS.AtLeastOnce);
        await sender.PublishAsync("x", "2", QoS.AtLeastOnce);
        Assert.Equal(1, broker.Dropped);
        await using InteropClient back = await broker.ConnectAsync(configure: Lasting(seconds: 60));
        ReceivedMessage[] received = await EmbeddedBroker.ReceivedBeforeMarkerAsync(sender, back);
        Assert.Equal(["1"], received.Select(message => message.Text));
    }

    [Theory]
    [InlineData(QoS.AtLeastOnce)]
    [InlineData(QoS.ExactlyOnce)]
    public async Task What_was_not_acknowledged_comes_again_after_a_reconnect(QoS qos)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient sender = await broker.ConnectAsync();
        await using (InteropClient first = await broker.ConnectAsync(
            configure: Lasting(seconds: 60), acknowledgeByHand: true))
        {
            await first.SubscribeAsync("#", qos);
            await sender.PublishAsync("a", "once more", qos);
            Assert.Equal("once more", (await first.ReceiveAsync()).Text);
            await first.DisconnectAsync();
        }

        await using InteropClient second = await broker.ConnectAsync(configure: Lasting(seconds: 60));
        ReceivedMessage again = await second.ReceiveAsync();
        Assert.Equal(("once more", true), (again.Text, again.IsDuplicate));
    }

    [Fact]
    public async Task The_older_connection_is_told_that_its_session_was_taken_over()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient older = await broker.ConnectAsync(configure: Lasting(seconds: 60));
        await using InteropClient newer = await broker.ConnectAsync(configure: Lasting(seconds: 60));
        MqttClientDisconnectedEventArgs end = await older.DisconnectedByBrokerAsync();
        Assert.Equal(MqttClientDisconnectReason.SessionTakenOver, end.Reason);
        Assert.False(older.IsConnected);
        await newer.PingAsync();
        Assert.True(newer.Connack.IsSessionPresent);
    }

    private static Action<MqttClientOptionsBuilder> Lasting(uint seconds) =>
        options => options.WithClientId("a").WithCleanStart(false).WithSessionExpiryInterval(seconds);
}

// What the host sees of clients, sessions and retained messages, and how it ends them.

using FastMqtt.Broker.Administration;
using FastMqtt.Protocol;
using MQTTnet;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class AdministrationTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Clients_and_sessions_are_listed_while_they_are_there(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient clean = await broker.ConnectAsync(version, o => o.WithClientId("clean"));
        await using InteropClient kept = await broker.ConnectAsync(
            version, o => o.WithClientId("kept").WithCleanSession(false).WithSessionExpiryInterval(60));
        Assert.Equal(["clean", "kept"], await NamesAsync(broker, isConnected: true));
        Assert.Equal(["clean", "kept"], await NamesAsync(broker));
        await clean.DisconnectAsync();
        await kept.DisconnectAsync();
        await Eventually.HoldsAsync(() => broker is { Connected: 0, Sessions: 1 });
        Assert.Empty(await NamesAsync(broker, isConnected: true));
        Assert.Equal(["kept"], await NamesAsync(broker));
    }

    [Fact]
    public async Task Messages_that_wait_are_counted()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using (InteropClient away =
            await broker.ConnectAsync(configure: o => o.WithClientId("a").WithSessionExpiryInterval(60)))
        {
            await away.SubscribeAsync("x", QoS.AtLeastOnce);
            await away.DisconnectAsync();
        }

        await using InteropClient sender = await broker.ConnectAsync();
        await sender.PublishNumbersAsync("x", 3, QoS.AtLeastOnce);
        SessionInfo? session = await broker.Broker.Administration.GetSessionAsync("a", Cancelled);
        Assert.Equal((false, 3), (session!.IsConnected, session.QueuedMessages));
    }

    [Fact]
    public async Task A_client_that_is_disconnected_is_gone_from_the_list()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync(configure: o => o.WithClientId("client1"));
        Assert.Equal(["client1"], await NamesAsync(broker, isConnected: true));
        Assert.True(await broker.Broker.Administration.DisconnectAsync(
            "client1", ReasonCode.QuotaExceeded, cancellationToken: Cancelled));
        Assert.Equal(MqttClientDisconnectReason.QuotaExceeded, (await client.DisconnectedByBrokerAsync()).Reason);
        Assert.Empty(await NamesAsync(broker));
        Assert.False(await broker.Broker.Administration.DisconnectAsync("client1", cancellationToken: Cancelled));
    }

    [Fact]
    public async Task A_3_1_1_client_is_sent_no_DISCONNECT()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        using RawClient client = await RawClient.ConnectAsync(broker.EndPoint, "old");
        Assert.True(await broker.Broker.Administration.DisconnectAsync(
            "old", ReasonCode.SessionTakenOver, cancellationToken: Cancelled));
        Assert.Empty(await client.ReceiveToEndAsync());
    }

    [Fact]
    public async Task A_session_that_is_ended_is_not_resumed()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        InteropClient first =
            await broker.ConnectAsync(configure: o => o.WithClientId("a").WithSessionExpiryInterval(60));
        first.Drop();
        Assert.True(await broker.Broker.Administration.ExpireSessionAsync("a", Cancelled));
        await using InteropClient second =
            await broker.ConnectAsync(configure: o => o.WithClientId("a").WithCleanStart(false));
        Assert.False(second.Connack.IsSessionPresent);
    }

    [Fact]
    public async Task Retained_messages_are_found_by_their_topic_and_cleared_by_a_filter()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        BrokerAdministration administration = broker.Broker.Administration;
        await using InteropClient client = await broker.ConnectAsync();
        await client.PublishAsync("r/1", "one", QoS.AtLeastOnce, retain: true);
        await client.PublishAsync("r/2", "two", QoS.AtLeastOnce, retain: true);
        Assert.Null(await administration.GetRetainedAsync("undefined", Cancelled));
        RetainedInfo? found = await administration.GetRetainedAsync("r/1", Cancelled);
        Assert.Equal("one"u8.ToArray(), found!.Payload!.Value.ToArray());
        Page<RetainedInfo> page = await administration.ListRetainedAsync(new RetainedQuery(), Cancelled);
        Assert.Equal(["r/1", "r/2"], page.Items.Select(item => item.Topic).Order());
        Assert.Equal(2, await administration.ClearRetainedAsync("r/+", Cancelled));
        Assert.Equal(0, broker.Retained);
    }

    [Fact]
    public async Task Packets_and_messages_are_counted()
    {
        const int Messages = 25;
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client =
            await broker.ConnectAsync(configure: o => o.WithNoKeepAlive());
        for (int i = 1; i < Messages; i++)
        {
            await client.PublishAsync("a", "", QoS.AtLeastOnce);
            Assert.Equal(i, broker.Received);
            Assert.Equal(i + 1, broker.Broker.Statistics.PacketsReceived); // CONNECT
            Assert.Equal(i + 1, broker.Broker.Statistics.PacketsSent); // CONNACK
        }

        Assert.Equal(0, broker.Broker.Statistics.MessagesSent);
    }

    private static async Task<IEnumerable<string>> NamesAsync(EmbeddedBroker broker, bool? isConnected = null)
    {
        Page<SessionInfo> page = await broker.Broker.Administration.ListSessionsAsync(
            new SessionQuery { IsConnected = isConnected }, Cancelled);
        return page.Items.Select(session => session.ClientId).Order();
    }
}

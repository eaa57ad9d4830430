// Retained messages: kept, replaced, cleared, with which QoS and flag they come, and who asked not to get them.

using MQTTnet;
using MQTTnet.Protocol;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class RetainedTests
{
    [Fact]
    public async Task A_new_subscriber_gets_it_with_the_flag()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.PublishAsync("retained", "value", QoS.AtLeastOnce, retain: true);
        Assert.Equal(1, broker.Retained);
        await using InteropClient later = await broker.ConnectAsync();
        await later.SubscribeAsync("retained", QoS.AtMostOnce);
        ReceivedMessage message = await later.ReceiveAsync();
        Assert.Equal(("value", true), (message.Text, message.IsRetained));
    }

    [Fact]
    public async Task A_subscriber_of_another_topic_gets_nothing()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.PublishAsync("retained", "value", QoS.AtLeastOnce, retain: true);
        await using InteropClient later = await broker.ConnectAsync();
        await later.SubscribeAsync("retained_other", QoS.AtMostOnce);
        Assert.Empty(await EmbeddedBroker.ReceivedBeforeMarkerAsync(client, later));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_payload_clears_it(bool isNull)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.PublishAsync("retained", "value", QoS.AtLeastOnce, retain: true);
        await client.PublishAsync(message => message.WithTopic("retained").WithRetainFlag()
            .WithPayload(isNull ? null : Array.Empty<byte>()).WithQualityOfServiceLevel(QoS.AtLeastOnce));
        Assert.Equal(0, broker.Retained);
        await using InteropClient later = await broker.ConnectAsync();
        await later.SubscribeAsync("retained", QoS.AtMostOnce);
        Assert.Empty(await EmbeddedBroker.ReceivedBeforeMarkerAsync(client, later));
    }

    [Theory]
    [InlineData(QoS.ExactlyOnce, QoS.AtLeastOnce, QoS.AtLeastOnce)]
    [InlineData(QoS.AtLeastOnce, QoS.ExactlyOnce, QoS.AtLeastOnce)]
    [InlineData(QoS.AtLeastOnce, QoS.AtMostOnce, QoS.AtMostOnce)]
    public async Task It_comes_with_the_lower_QoS_of_message_and_subscription(QoS published, QoS granted, QoS expected)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.PublishAsync("retained", "value", published, retain: true);
        await using InteropClient later = await broker.ConnectAsync();
        await later.SubscribeAsync("retained", granted);
        Assert.Equal(expected, (await later.ReceiveAsync()).QoS);
    }

    [Fact]
    public async Task It_comes_again_with_each_new_subscription()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.PublishAsync("r", "r", QoS.AtLeastOnce, retain: true);
        await using InteropClient later = await broker.ConnectAsync();
        for (int i = 0; i < 5; i++)
        {
            await later.UnsubscribeAsync("r");
            Assert.Empty(await EmbeddedBroker.ReceivedBeforeMarkerAsync(client, later));
            await later.SubscribeAsync("r", QoS.AtMostOnce);
            Assert.Equal("r", (await later.ReceiveAsync()).Text);
        }
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task The_broker_says_that_it_retains(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        Assert.True((await broker.TryConnectAsync(version)).RetainAvailable);
    }

    [Fact]
    public async Task Many_clients_may_set_and_clear_at_once()
    {
        const int Clients = 50;
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(o => o.Dispatchers = 2);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            await using InteropClient client = await broker.ConnectAsync();
            await client.PublishAsync($"r{number}", "", QoS.AtLeastOnce, retain: true);
            await client.PublishAsync($"r{number}", "value", QoS.AtLeastOnce, retain: true);
            await client.DisconnectAsync();
        }));
        Assert.Equal(Clients, broker.Retained);
        await using InteropClient later = await broker.ConnectAsync();
        await later.SubscribeAsync("#", QoS.AtMostOnce);
        ReceivedMessage[] received = await later.ReceiveAsync(Clients);
        Assert.Equal(Enumerable.Range(0, Clients).Select(n => $"r{n}").Order(), received.Select(m => m.Topic).Order());
    }

    [Fact]
    public async Task A_denied_subscription_gets_none()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(listener: new()
        {
            EndPoint = EmbeddedBroker.Anonymous().EndPoint,
            AllowAnonymous = true,
            AccessRules = new DeniedTopics("n"),
        });
        await using InteropClient client = await broker.ConnectAsync();
        await client.PublishAsync("y", "x", QoS.AtLeastOnce, retain: true);
        await client.PublishAsync("n", "x", QoS.AtLeastOnce, retain: true);
        await using InteropClient later = await broker.ConnectAsync();
        await later.SubscribeAsync("y", QoS.AtMostOnce);
        MqttClientSubscribeResult denied = await later.TrySubscribeAsync(o => o.WithTopicFilter("n"));
        Assert.Equal(MqttClientSubscribeResultCode.NotAuthorized, Assert.Single(denied.Items).ResultCode);
        ReceivedMessage[] received = await EmbeddedBroker.ReceivedBeforeMarkerAsync(client, later);
        Assert.Equal(["y"], received.Select(message => message.Topic));
    }

    [Theory]
    [InlineData(MqttRetainHandling.SendAtSubscribe, 1, 2, 3)]
    [InlineData(MqttRetainHandling.DoNotSendOnSubscribe, 0, 1, 1)]
    [InlineData(MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly, 1, 2, 2)]
    public async Task Retain_Handling_says_which_subscriptions_get_it(
        MqttRetainHandling handling, int afterSubscribe, int afterPublish, int afterSecondSubscribe)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.PublishAsync("Topic", "1", QoS.AtLeastOnce, retain: true);
        await using InteropClient later = await broker.ConnectAsync();
        int received = 0;
        await SubscribeAsync();
        Assert.Equal(afterSubscribe, received);
        await client.PublishAsync("Topic", "2", QoS.AtLeastOnce, retain: true);
        await CountAsync();
        Assert.Equal(afterPublish, received);
        await SubscribeAsync();
        Assert.Equal(afterSecondSubscribe, received);

        async Task SubscribeAsync()
        {
            await later.SubscribeAsync(
                o => o.WithTopicFilter(f => f.WithTopic("Topic").WithRetainHandling(handling)), QoS.AtMostOnce);
            await CountAsync();
        }

        async Task CountAsync() =>
            received += (await EmbeddedBroker.ReceivedBeforeMarkerAsync(client, later)).Length;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retain_As_Published_keeps_the_flag_of_a_live_message(bool asPublished)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.SubscribeAsync(
            o => o.WithTopicFilter(f => f.WithTopic("Topic").WithRetainAsPublished(asPublished)), QoS.AtMostOnce);
        await client.PublishAsync("Topic", "Payload", QoS.AtMostOnce, retain: true);
        Assert.Equal(asPublished, (await client.ReceiveAsync()).IsRetained);
    }
}

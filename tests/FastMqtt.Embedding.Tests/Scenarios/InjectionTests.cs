// Messages that the host itself publishes, and those that it receives, without a connection.

using System.Text;
using FastMqtt.Protocol;
using MQTTnet;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class InjectionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(QualityOfService.AtMostOnce, QoS.AtMostOnce)]
    [InlineData(QualityOfService.AtLeastOnce, QoS.AtLeastOnce)]
    [InlineData(QualityOfService.ExactlyOnce, QoS.ExactlyOnce)]
    public async Task A_message_of_the_host_goes_to_subscribers_with_each_QoS(QualityOfService qos, QoS received)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.SubscribeAsync("#", received);
        Assert.Equal(ReasonCode.Success, await PublishAsync(broker, "InjectedOne", "payload", qos));
        ReceivedMessage message = await client.ReceiveAsync();
        Assert.Equal(("InjectedOne", "payload", received), (message.Topic, message.Text, message.QoS));
    }

    [Fact]
    public async Task The_host_is_told_when_nobody_has_subscribed()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        Assert.Equal(
            ReasonCode.NoMatchingSubscribers, await PublishAsync(broker, "t", "", QualityOfService.AtLeastOnce));
    }

    [Fact]
    public async Task A_message_that_follows_a_subscription_reaches_it()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.SubscribeAsync("test_topic", QoS.AtMostOnce);
        await PublishAsync(broker, "test_topic", "1", QualityOfService.AtMostOnce);
        Assert.Equal("1", (await client.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task Messages_of_the_host_wait_for_a_session_in_order_and_come_once()
    {
        string[] order = ["0", "2", "1", "4", "3", "6", "5", "8", "7", "9"];
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        InteropClient first = await broker.ConnectAsync(MqttProtocolVersion.V311, Kept);
        await first.SubscribeAsync("T", QoS.AtLeastOnce);
        first.Drop();
        await Eventually.HoldsAsync(() => broker.Connected == 0);
        foreach (string text in order)
        {
            await PublishAsync(broker, "T", text, QualityOfService.AtLeastOnce);
        }

        await using (InteropClient second = await broker.ConnectAsync(MqttProtocolVersion.V311, Kept))
        {
            Assert.Equal(order, (await second.ReceiveAsync(order.Length)).Select(message => message.Text));
            await second.PingAsync();
            await second.DisconnectAsync();
        }

        await using InteropClient third = await broker.ConnectAsync(MqttProtocolVersion.V311, Kept);
        Assert.Empty(await EmbeddedBroker.ReceivedBeforeMarkerAsync(third, third));

        static void Kept(MqttClientOptionsBuilder options) => options.WithClientId("A").WithCleanSession(false);
    }

    [Fact]
    public async Task The_host_receives_what_clients_publish()
    {
        Events events = new();
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using (await broker.Broker.SubscribeAsync(
            "in/#",
            (in message) => events.Add(
                $"{Encoding.UTF8.GetString(message.Topic)} {Encoding.UTF8.GetString(message.Payload)}"),
            cancellationToken: Cancelled))
        {
            await using InteropClient client = await broker.ConnectAsync();
            await client.PublishAsync("in/a", "1", QoS.AtMostOnce);
            await client.PublishAsync("out/a", "2", QoS.AtMostOnce);
            await client.PublishAsync("in/b", "3", QoS.AtLeastOnce);
            await events.AreAsync("in/a 1", "in/b 3");
        }
    }

    private static async Task<ReasonCode> PublishAsync(
        EmbeddedBroker broker, string topic, string payload, QualityOfService qos) =>
        await broker.Broker.PublishAsync(topic, Encoding.UTF8.GetBytes(payload), qos, cancellationToken: Cancelled);
}

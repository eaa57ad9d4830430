// Shared subscriptions, which MQTTnet's server has not: announced, one message to one member, wrong ones refused.

using MQTTnet;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class SharedSubscriptionTests
{
    [Fact]
    public async Task The_broker_says_that_it_has_them()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        Assert.True((await broker.TryConnectAsync()).SharedSubscriptionAvailable);
    }

    // [MQTT-4.8.2-2] the share name is followed by a slash and a Topic Filter
    [Fact]
    public async Task One_without_a_Topic_Filter_is_refused()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        MqttClientSubscribeResult answer = await client.TrySubscribeAsync(o => o.WithTopicFilter("$share/A"));
        Assert.Equal(MqttClientSubscribeResultCode.TopicFilterInvalid, Assert.Single(answer.Items).ResultCode);
    }

    [Fact]
    public async Task Each_message_goes_to_one_member()
    {
        const int Messages = 20;
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient first = await broker.ConnectAsync();
        await using InteropClient second = await broker.ConnectAsync();
        await first.SubscribeAsync("$share/A/t", QoS.AtLeastOnce);
        await second.SubscribeAsync("$share/A/t", QoS.AtLeastOnce);
        await using InteropClient sender = await broker.ConnectAsync();
        await sender.PublishNumbersAsync("t", Messages, QoS.AtLeastOnce);
        ReceivedMessage[] ofFirst = await EmbeddedBroker.ReceivedBeforeMarkerAsync(sender, first);
        ReceivedMessage[] ofSecond = await EmbeddedBroker.ReceivedBeforeMarkerAsync(sender, second);
        Assert.All((ReceivedMessage[][])[ofFirst, ofSecond], Assert.NotEmpty);
        Assert.Equal(
            Enumerable.Range(0, Messages),
            ofFirst.Concat(ofSecond).Select(message => int.Parse(message.Text, null)).Order());
    }
}

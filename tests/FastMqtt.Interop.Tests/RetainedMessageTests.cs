// Retained messages as later subscribers see them: set, replaced, cleared, Retain Handling, Retain As Published.

using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace FastMqtt.Interop.Tests;

public sealed class RetainedMessageTests(InteropBroker broker)
{
    private const MqttQualityOfServiceLevel QoS = MqttQualityOfServiceLevel.AtLeastOnce;

    [Theory]
    [MemberData(nameof(Versions.AllWithEachQoS), MemberType = typeof(Versions))]
    public async Task A_later_subscriber_receives_the_last_one(
        MqttProtocolVersion version, MqttQualityOfServiceLevel qos)
    {
        string topic = InteropBroker.Unique("ret/");
        await using InteropClient publisher = await broker.ConnectAsync(version);
        await publisher.PublishAsync(topic, "first", qos, retain: true);
        await publisher.PublishAsync(topic, "last", qos, retain: true);
        await publisher.PingAsync();

        await using InteropClient subscriber = await broker.ConnectAsync(version);
        await subscriber.SubscribeAsync(topic, qos);
        ReceivedMessage message = await subscriber.ReceiveAsync();
        Assert.Equal(("last", qos, true), (message.Text, message.QoS, message.IsRetained));
        await publisher.PublishAsync(topic, "", qos, retain: true);
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task An_empty_payload_clears_it(MqttProtocolVersion version)
    {
        string topic = InteropBroker.Unique("ret/");
        await using InteropClient publisher = await broker.ConnectAsync(version);
        await publisher.PublishAsync(topic, "kept", QoS, retain: true);
        await publisher.PublishAsync(topic, "", QoS, retain: true);

        await using InteropClient subscriber = await broker.ConnectAsync(version);
        await subscriber.SubscribeAsync(topic, QoS);
        await publisher.PublishAsync(topic, "live", QoS);
        ReceivedMessage message = await subscriber.ReceiveAsync();
        Assert.Equal(("live", false), (message.Text, message.IsRetained));
    }

    [Theory]
    [InlineData(MqttRetainHandling.SendAtSubscribe, new[] { "kept", "kept", "live" })]
    [InlineData(MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly, new[] { "kept", "live" })]
    [InlineData(MqttRetainHandling.DoNotSendOnSubscribe, new[] { "live" })]
    public async Task Retain_Handling_says_when_it_is_sent(MqttRetainHandling handling, string[] expected)
    {
        string topic = InteropBroker.Unique("ret/");
        await using InteropClient client = await broker.ConnectAsync(MqttProtocolVersion.V500);
        await client.PublishAsync(topic, "kept", QoS, retain: true);
        for (int time = 0; time < 2; time++)
        {
            await client.SubscribeAsync(o => o.WithTopicFilter(topic, QoS, retainHandling: handling), QoS);
        }

        await client.PublishAsync(topic, "live", QoS);
        Assert.Equal(expected, (await client.ReceiveAsync(expected.Length)).Select(m => m.Text));
        await client.PublishAsync(topic, "", QoS, retain: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retain_As_Published_says_whether_the_flag_stays(bool asPublished)
    {
        string topic = InteropBroker.Unique("ret/");
        await using InteropClient client = await broker.ConnectAsync(MqttProtocolVersion.V500);
        await client.SubscribeAsync(o => o.WithTopicFilter(topic, QoS, retainAsPublished: asPublished), QoS);
        await client.PublishAsync(topic, "kept", QoS, retain: true);
        Assert.Equal(asPublished, (await client.ReceiveAsync()).IsRetained);
        await client.PublishAsync(topic, "", QoS, retain: true);
    }
}

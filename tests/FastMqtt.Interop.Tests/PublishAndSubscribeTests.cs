// Messages from one MQTTnet client to another, at each QoS of each version: order, wildcards, size, No Local.

using System.Security.Cryptography;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace FastMqtt.Interop.Tests;

public sealed class PublishAndSubscribeTests(InteropBroker broker)
{
    private const int ManyMessages = 1000;
    private const int OneMebibyte = 1024 * 1024;

    [Theory]
    [MemberData(nameof(Versions.AllWithEachQoS), MemberType = typeof(Versions))]
    public async Task A_message_arrives_with_its_topic_payload_and_QoS(
        MqttProtocolVersion version, MqttQualityOfServiceLevel qos)
    {
        string topic = InteropBroker.Unique("t/é/");
        await using InteropClient subscriber = await broker.ConnectAsync(version);
        await using InteropClient publisher = await broker.ConnectAsync(version);
        await subscriber.SubscribeAsync(topic, qos);
        await publisher.PublishAsync(topic, "payload \u20ac", qos);

        ReceivedMessage message = await subscriber.ReceiveAsync();
        Assert.Equal((topic, "payload \u20ac", qos), (message.Topic, message.Text, message.QoS));
        Assert.False(message.IsRetained);
        Assert.False(message.IsDuplicate);
    }

    [Theory]
    [MemberData(nameof(Versions.AllWithEachQoS), MemberType = typeof(Versions))]
    public async Task A_thousand_messages_arrive_in_order(MqttProtocolVersion version, MqttQualityOfServiceLevel qos)
    {
        string topic = InteropBroker.Unique("order/");
        await using InteropClient subscriber = await broker.ConnectAsync(version);
        await using InteropClient publisher = await broker.ConnectAsync(version);
        await subscriber.SubscribeAsync(topic, qos);
        await publisher.PublishNumbersAsync(topic, ManyMessages, qos);

        ReceivedMessage[] received = await subscriber.ReceiveAsync(ManyMessages);
        Assert.Equal(Enumerable.Range(0, ManyMessages).Select(n => $"{n}"), received.Select(m => m.Text));
        await subscriber.PingAsync();
        Assert.Empty(subscriber.TakeArrived());
    }

    [Theory]
    [MemberData(nameof(Versions.AllWithEachQoS), MemberType = typeof(Versions))]
    public async Task A_payload_of_one_mebibyte_arrives_unchanged(
        MqttProtocolVersion version, MqttQualityOfServiceLevel qos)
    {
        string topic = InteropBroker.Unique("big/");
        byte[] payload = RandomNumberGenerator.GetBytes(OneMebibyte);
        await using InteropClient client = await broker.ConnectAsync(version);
        await client.SubscribeAsync(topic, qos);
        await client.PublishAsync(m => m.WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(qos));

        ReceivedMessage message = await client.ReceiveAsync();
        Assert.Equal(SHA256.HashData(payload), SHA256.HashData(message.Payload));
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task Wildcards_match_their_levels_and_no_others(MqttProtocolVersion version)
    {
        const MqttQualityOfServiceLevel QoS = MqttQualityOfServiceLevel.AtLeastOnce;
        string root = InteropBroker.Unique("w/");
        await using InteropClient client = await broker.ConnectAsync(version);
        await client.SubscribeAsync(root + "/+/b", QoS);
        await client.SubscribeAsync(root + "/c/#", QoS);
        foreach (string level in (string[])["/x/b", "/x/y/b", "/c", "/cc", "/c/d/e", "//b"])
        {
            await client.PublishAsync(root + level, "x", QoS);
        }

        ReceivedMessage[] received = await client.ReceiveAsync(4);
        Assert.Equal([root + "/x/b", root + "/c", root + "/c/d/e", root + "//b"], received.Select(m => m.Topic));
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task Nothing_arrives_after_unsubscribe(MqttProtocolVersion version)
    {
        string left = InteropBroker.Unique("left/");
        string kept = InteropBroker.Unique("kept/");
        await using InteropClient client = await broker.ConnectAsync(version);
        await client.SubscribeAsync(left, MqttQualityOfServiceLevel.AtLeastOnce);
        await client.SubscribeAsync(kept, MqttQualityOfServiceLevel.AtLeastOnce);
        await client.UnsubscribeAsync(left);
        await client.PublishAsync(left, "gone", MqttQualityOfServiceLevel.AtLeastOnce);
        await client.PublishAsync(kept, "here", MqttQualityOfServiceLevel.AtLeastOnce);
        Assert.Equal("here", (await client.ReceiveAsync()).Text);
    }

    [Theory]
    [InlineData(MqttQualityOfServiceLevel.AtMostOnce)]
    [InlineData(MqttQualityOfServiceLevel.AtLeastOnce)]
    public async Task The_lower_QoS_of_publisher_and_subscription_holds(MqttQualityOfServiceLevel granted)
    {
        string topic = InteropBroker.Unique("lower/");
        await using InteropClient client = await broker.ConnectAsync(MqttProtocolVersion.V311);
        await client.SubscribeAsync(topic, granted);
        await client.PublishAsync(topic, "x", MqttQualityOfServiceLevel.ExactlyOnce);
        Assert.Equal(granted, (await client.ReceiveAsync()).QoS);
    }

    [Fact]
    public async Task No_Local_keeps_a_clients_own_messages_from_it()
    {
        string topic = InteropBroker.Unique("local/");
        const MqttQualityOfServiceLevel QoS = MqttQualityOfServiceLevel.AtLeastOnce;
        await using InteropClient client = await broker.ConnectAsync(MqttProtocolVersion.V500);
        await using InteropClient other = await broker.ConnectAsync(MqttProtocolVersion.V500);
        await client.SubscribeAsync(options => options.WithTopicFilter(topic, QoS, noLocal: true), QoS);
        await client.PublishAsync(topic, "own", QoS);
        await other.PublishAsync(topic, "other's", QoS);
        Assert.Equal("other's", (await client.ReceiveAsync()).Text);
    }
}

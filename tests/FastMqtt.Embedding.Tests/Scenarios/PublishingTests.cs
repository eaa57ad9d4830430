// PUBLISH: each QoS, who is told of whom nobody listens, order, long payloads, properties, aliases, between versions.

using MQTTnet;
using MQTTnet.Protocol;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class PublishingTests
{
    [Theory]
    [MemberData(nameof(Versions.AllWithEachQoS), MemberType = typeof(Versions))]
    public async Task A_message_comes_once_with_each_QoS(MqttProtocolVersion version, QoS qos)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient receiver = await broker.ConnectAsync(version);
        await receiver.SubscribeAsync("A/B/C", qos);
        await using InteropClient sender = await broker.ConnectAsync(version);
        await sender.PublishAsync("A/B/C", "", qos);
        ReceivedMessage message = Assert.Single(await EmbeddedBroker.ReceivedBeforeMarkerAsync(sender, receiver));
        Assert.Equal(("A/B/C", qos), (message.Topic, message.QoS));
    }

    [Theory]
    [InlineData("A", MqttClientPublishReasonCode.Success)]
    [InlineData("B", MqttClientPublishReasonCode.NoMatchingSubscribers)]
    public async Task PUBACK_says_whether_anybody_has_subscribed(string topic, MqttClientPublishReasonCode expected)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient sender = await broker.ConnectAsync();
        await using InteropClient receiver = await broker.ConnectAsync();
        await receiver.SubscribeAsync("A", QoS.AtMostOnce);
        MqttClientPublishResult answer = await sender.TryPublishAsync(
            message => message.WithTopic(topic).WithQualityOfServiceLevel(QoS.AtLeastOnce));
        Assert.Equal((expected, true), (answer.ReasonCode, answer.IsSuccess));
    }

    [Fact]
    public async Task Every_subscriber_gets_every_message()
    {
        const int Messages = 500;
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient first = await broker.ConnectAsync();
        await using InteropClient second = await broker.ConnectAsync();
        await first.SubscribeAsync("a", QoS.AtLeastOnce);
        await second.SubscribeAsync("a", QoS.AtLeastOnce);
        await using InteropClient sender = await broker.ConnectAsync();
        await sender.PublishNumbersAsync("a", Messages, QoS.AtLeastOnce);
        foreach (InteropClient receiver in (InteropClient[])[first, second])
        {
            ReceivedMessage[] received = await receiver.ReceiveAsync(Messages);
            Assert.Equal(
                Enumerable.Range(0, Messages), received.Select(message => int.Parse(message.Text, null)).Order());
        }
    }

    [Fact]
    public async Task What_waits_comes_in_order_and_not_twice()
    {
        string[] order = ["0", "2", "1", "4", "3", "6", "5", "8", "7", "9"];
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        InteropClient first = await broker.ConnectAsync(MqttProtocolVersion.V311, Kept);
        await first.SubscribeAsync("T", QoS.AtLeastOnce);
        first.Drop();
        await Eventually.HoldsAsync(() => broker.Connected == 0);
        await using InteropClient sender = await broker.ConnectAsync();
        foreach (string text in order)
        {
            await sender.PublishAsync("T", text, QoS.AtLeastOnce);
        }

        await using (InteropClient second = await broker.ConnectAsync(MqttProtocolVersion.V311, Kept))
        {
            ReceivedMessage[] received = await EmbeddedBroker.ReceivedBeforeMarkerAsync(sender, second);
            Assert.Equal(order, received.Select(message => message.Text));
            await second.DisconnectAsync();
        }

        await using InteropClient third = await broker.ConnectAsync(MqttProtocolVersion.V311, Kept);
        Assert.Empty(await EmbeddedBroker.ReceivedBeforeMarkerAsync(sender, third));

        static void Kept(MqttClientOptionsBuilder options) => options.WithClientId("A").WithCleanSession(false);
    }

    [Fact]
    public async Task Thirty_megabytes_come_as_they_were_sent_where_the_packet_size_allows_it()
    {
        byte[] payload = new byte[30 << 20];
        new Random(1).NextBytes(payload);
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(o => o.MaximumPacketSize = 64 << 20);
        await using InteropClient receiver = await broker.ConnectAsync(MqttProtocolVersion.V311);
        await receiver.SubscribeAsync("string", QoS.AtMostOnce);
        await using InteropClient sender = await broker.ConnectAsync(MqttProtocolVersion.V311);
        await sender.PublishAsync(message => message.WithTopic("string").WithPayload(payload));
        byte[] received = (await receiver.ReceiveAsync()).Payload;
        Assert.True(payload.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task User_properties_come_as_they_were_sent_repeated_names_too()
    {
        (string, string)[] properties = [("x", "1"), ("y", "2"), ("z", "3"), ("z", "4")];
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient receiver = await broker.ConnectAsync();
        await receiver.SubscribeAsync("#", QoS.AtMostOnce);
        await using InteropClient sender = await broker.ConnectAsync();
        await sender.PublishAsync(message =>
        {
            message.WithTopic("A");
            foreach ((string name, string value) in properties)
            {
                message.WithUserProperty(name, System.Text.Encoding.UTF8.GetBytes(value));
            }
        });
        MqttApplicationMessage message = (await receiver.ReceiveAsync()).Message;
        Assert.Equal("A", message.Topic);
        Assert.Equal(
            properties,
            message.UserProperties.Select(p => (p.Name, System.Text.Encoding.UTF8.GetString(p.ValueBuffer.Span))));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311, MqttProtocolVersion.V500)]
    [InlineData(MqttProtocolVersion.V500, MqttProtocolVersion.V311)]
    public async Task Versions_understand_each_other(MqttProtocolVersion from, MqttProtocolVersion to)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient receiver = await broker.ConnectAsync(to);
        await receiver.SubscribeAsync("#", QoS.AtMostOnce);
        await using InteropClient sender = await broker.ConnectAsync(from);
        await sender.PublishAsync(message =>
        {
            message.WithTopic("My/Message").WithPayload("My_Payload");
            if (from == MqttProtocolVersion.V500)
            {
                message.WithUserProperty("A", "B"u8.ToArray()).WithResponseTopic("Response")
                    .WithCorrelationData("Correlation"u8.ToArray());
            }
        });
        ReceivedMessage message = await receiver.ReceiveAsync();
        Assert.Equal(("My/Message", "My_Payload"), (message.Topic, message.Text));
    }

    [Fact]
    public async Task Topic_Aliases_are_announced_as_many_as_the_options_say()
    {
        await using EmbeddedBroker ten = await EmbeddedBroker.StartAsync();
        Assert.Equal(10, (await ten.TryConnectAsync()).TopicAliasMaximum);
        await using EmbeddedBroker all =
            await EmbeddedBroker.StartAsync(o => o.TopicAliasMaximum = ushort.MaxValue);
        Assert.Equal(ushort.MaxValue, (await all.TryConnectAsync()).TopicAliasMaximum);
    }

    [Fact]
    public async Task A_Topic_Alias_stands_for_its_topic_and_is_not_passed_on()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(o => o.TopicAliasMaximum = 22);
        await using InteropClient receiver = await broker.ConnectAsync();
        await receiver.SubscribeAsync("#", QoS.AtMostOnce);
        await using InteropClient sender = await broker.ConnectAsync();
        await sender.PublishAsync(message => message.WithTopic("this_is_the_topic").WithTopicAlias(22));
        await sender.PublishAsync(message => message.WithTopic(null).WithTopicAlias(22));
        await sender.PublishAsync(message => message.WithTopic(null).WithTopicAlias(22));
        ReceivedMessage[] received = await receiver.ReceiveAsync(3);
        Assert.All(received, message => Assert.Equal("this_is_the_topic", message.Topic));
        Assert.All(received, message => Assert.Equal(0, message.Message.TopicAlias));
    }
}

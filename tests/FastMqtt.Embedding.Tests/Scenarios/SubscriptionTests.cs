// SUBSCRIBE and UNSUBSCRIBE: which filter gets which topic, many at once, No Local, identifiers, what is announced.

using MQTTnet;
using MQTTnet.Protocol;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class SubscriptionTests
{
    private const string LongTopic = "asdfasdf/asdfasdf/asdfasdf/asdfasdf/asdfas/dfaf/assfdgsdfgdf/last";

    [Theory]
    [InlineData("A", "A", true)]
    [InlineData("A", "B", false)]
    [InlineData("A", "#", true)]
    [InlineData("A", "+", true)]
    [InlineData("A/B", "A/B", true)]
    [InlineData("A/B", "A/+", true)]
    [InlineData("A/B", "A/#", true)]
    [InlineData("A/B/C", "A/B/C", true)]
    [InlineData("A/B/C", "A/B/X", false)]
    [InlineData("A/B/C", "A/+/C", true)]
    [InlineData("A/B/C", "A/+/+", true)]
    [InlineData("A/B/C", "A/+/#", true)]
    [InlineData("A/B/C/D", "A/B/C/D", true)]
    [InlineData("A/B/C/D", "A/+/C/+", true)]
    [InlineData("A/B/C/D", "A/+/C/#", true)]
    [InlineData("A/B/C", "A/B/+", true)]
    [InlineData("A/B1/B2/C", "A/+/C", false)]
    [InlineData("A/B/C", "A/#", true)]
    [InlineData("A", "A/#", true)]
    [InlineData(LongTopic, "asdfasdf/asdfasdf/asdfasdf/asdfasdf/asdfas/dfaf/assfdgsdfgdf/#", true)]
    [InlineData(LongTopic, "asdfasdf/asdfasdf/asdfasdf/asdfasdf/asdfas/dfaf/assfdgsdfgdf/+", true)]
    [InlineData(LongTopic, "+/+/+/+/+/+/+/last", true)]
    [InlineData(LongTopic, "+/+/+/+/+/+/+/first", false)]
    [InlineData(LongTopic, LongTopic, true)]
    public async Task A_filter_gets_the_topics_it_matches(string topic, string filter, bool matches)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient receiver = await broker.ConnectAsync();
        await receiver.SubscribeAsync(filter, QoS.AtMostOnce);
        await using InteropClient sender = await broker.ConnectAsync();
        await sender.PublishAsync(topic, "PAYLOAD", QoS.AtMostOnce);
        ReceivedMessage[] received = await EmbeddedBroker.ReceivedBeforeMarkerAsync(sender, receiver);
        Assert.Equal(matches ? [topic] : [], received.Select(message => message.Topic));
    }

    [Fact]
    public async Task Without_a_subscription_nothing_comes()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.PublishAsync("Hello", "", QoS.AtMostOnce);
        Assert.Empty(await EmbeddedBroker.ReceivedBeforeMarkerAsync(client, client));
    }

    [Fact]
    public async Task It_holds_from_SUBACK_to_UNSUBACK()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient receiver = await broker.ConnectAsync();
        await using InteropClient sender = await broker.ConnectAsync();
        await sender.PublishAsync("a", "before", QoS.ExactlyOnce);
        Assert.Empty(await EmbeddedBroker.ReceivedBeforeMarkerAsync(sender, receiver));
        await receiver.SubscribeAsync("a", QoS.AtLeastOnce);
        Assert.Equal(2, broker.Subscriptions);
        await sender.PublishAsync("a", "while", QoS.ExactlyOnce);
        Assert.Equal("while", (await receiver.ReceiveAsync()).Text);
        await receiver.UnsubscribeAsync("a");
        Assert.Equal(1, broker.Subscriptions);
        await sender.PublishAsync("a", "after", QoS.ExactlyOnce);
        Assert.Empty(await EmbeddedBroker.ReceivedBeforeMarkerAsync(sender, receiver));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Several_may_come_in_one_packet_or_in_several(bool inOne)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient receiver = await broker.ConnectAsync();
        await SubscribeAsync(receiver, ["a", "b", "c"], inOne);
        await using InteropClient sender = await broker.ConnectAsync();
        foreach (string topic in (string[])["a", "b", "c"])
        {
            await sender.PublishAsync(topic, "", QoS.AtMostOnce);
            Assert.Equal(topic, (await receiver.ReceiveAsync()).Topic);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Five_hundred_may_come_in_one_packet_or_in_several(bool inOne)
    {
        string[] topics = [.. Enumerable.Range(0, 500).Select(number => $"{number}")];
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient receiver = await broker.ConnectAsync();
        await SubscribeAsync(receiver, topics, inOne);
        await using InteropClient sender = await broker.ConnectAsync();
        foreach (string topic in topics)
        {
            await sender.PublishAsync(topic, "", QoS.AtMostOnce);
        }

        Assert.Equal(topics, (await receiver.ReceiveAsync(topics.Length)).Select(message => message.Topic));
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task Each_filter_has_its_answer(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync(version);
        MqttClientSubscribeResult answer = await client.TrySubscribeAsync(o => o.WithTopicFilter("a")
            .WithTopicFilter("b", QoS.AtLeastOnce).WithTopicFilter("c", QoS.ExactlyOnce).WithTopicFilter("d"));
        Assert.Equal([0, 1, 2, 0], answer.Items.Select(item => (int)item.ResultCode));
    }

    [Fact]
    public async Task Rules_may_deny_a_filter()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(listener: new()
        {
            EndPoint = EmbeddedBroker.Anonymous().EndPoint,
            AllowAnonymous = true,
            AccessRules = new DeniedTopics("not_allowed_topic"),
        });
        await using InteropClient client = await broker.ConnectAsync();
        MqttClientSubscribeResult answer = await client.TrySubscribeAsync(
            o => o.WithTopicFilter("allowed_topic").WithTopicFilter("not_allowed_topic"));
        Assert.Equal(
            [MqttClientSubscribeResultCode.GrantedQoS0, MqttClientSubscribeResultCode.NotAuthorized],
            answer.Items.Select(item => item.ResultCode));
    }

    // [MQTT-3.3.4-2] the highest QoS of all that match; [MQTT-3.3.4-4] all their identifiers
    [Fact]
    public async Task Two_that_match_give_one_message_with_the_higher_QoS_and_both_identifiers()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.SubscribeAsync(
            o => o.WithSubscriptionIdentifier(456).WithTopicFilter("Topic/+"), QoS.AtMostOnce);
        await client.SubscribeAsync(
            o => o.WithSubscriptionIdentifier(789).WithTopicFilter("Topic/A", QoS.AtLeastOnce), QoS.AtLeastOnce);
        await client.PublishAsync("Topic/A", "Payload", QoS.ExactlyOnce);
        ReceivedMessage message = Assert.Single(await EmbeddedBroker.ReceivedBeforeMarkerAsync(client, client));
        Assert.Equal(QoS.AtLeastOnce, message.QoS);
        Assert.Equal([456u, 789u], message.Message.SubscriptionIdentifiers.Order());
    }

    [Fact]
    public async Task A_message_names_the_identifier_of_its_subscription()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.SubscribeAsync(o => o.WithSubscriptionIdentifier(456).WithTopicFilter("Topic"), QoS.AtMostOnce);
        await client.PublishAsync("Topic", "Payload", QoS.AtMostOnce, retain: true);
        Assert.Equal([456u], (await client.ReceiveAsync()).Message.SubscriptionIdentifiers);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task No_Local_keeps_away_what_the_client_itself_has_published(bool noLocal, int expected)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync();
        await client.SubscribeAsync(
            o => o.WithTopicFilter(f => f.WithTopic("Topic").WithNoLocal(noLocal)), QoS.AtMostOnce);
        await client.PublishAsync("Topic", "Payload", QoS.AtMostOnce, retain: true);
        Assert.Equal(expected, (await EmbeddedBroker.ReceivedBeforeMarkerAsync(client, client)).Length);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task The_broker_says_that_it_has_wildcards_and_identifiers(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        MqttClientConnectResult answer = await broker.TryConnectAsync(version);
        Assert.True(answer.WildcardSubscriptionAvailable);
        Assert.True(version == MqttProtocolVersion.V311 || answer.SubscriptionIdentifiersAvailable);
    }

    private static async Task SubscribeAsync(InteropClient client, string[] topics, bool inOne)
    {
        string[][] packets = inOne ? [topics] : [.. topics.Select(topic => (string[])[topic])];
        foreach (string[] packet in packets)
        {
            await client.SubscribeAsync(
                options =>
                {
                    foreach (string topic in packet)
                    {
                        options.WithTopicFilter(topic);
                    }
                },
                QoS.AtMostOnce);
        }
    }
}

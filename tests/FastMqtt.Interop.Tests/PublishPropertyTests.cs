// Properties of PUBLISH in MQTT 5.0: forwarded unchanged, counted down, added by the broker, or resolved by it.

using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace FastMqtt.Interop.Tests;

public sealed class PublishPropertyTests(InteropBroker broker)
{
    private const MqttProtocolVersion Version = MqttProtocolVersion.V500;
    private const MqttQualityOfServiceLevel QoS = MqttQualityOfServiceLevel.AtLeastOnce;

    [Fact]
    public async Task They_arrive_unchanged_and_user_properties_in_order()
    {
        string topic = InteropBroker.Unique("p/");
        await using InteropClient client = await broker.ConnectAsync(Version);
        await client.SubscribeAsync(topic, QoS);
        await client.PublishAsync(message => message.WithTopic(topic).WithPayload("text").WithQualityOfServiceLevel(QoS)
            .WithUserProperty("b", "1"u8.ToArray()).WithUserProperty("a", "2"u8.ToArray())
            .WithUserProperty("b", "3"u8.ToArray())
            .WithResponseTopic("answer/here").WithCorrelationData([0, 255, 42]).WithContentType("text/plain")
            .WithPayloadFormatIndicator(MqttPayloadFormatIndicator.CharacterData));

        MqttApplicationMessage got = (await client.ReceiveAsync()).Message;
        IEnumerable<string> pairs =
            got.UserProperties.Select(p => $"{p.Name}={Encoding.UTF8.GetString(p.ValueBuffer.Span)}");
        Assert.Equal(["b=1", "a=2", "b=3"], pairs);
        Assert.Equal(("answer/here", "text/plain"), (got.ResponseTopic, got.ContentType));
        Assert.Equal([0, 255, 42], got.CorrelationData);
        Assert.Equal(MqttPayloadFormatIndicator.CharacterData, got.PayloadFormatIndicator);
    }

    [Fact]
    public async Task A_request_finds_its_answer_by_response_topic_and_correlation_data()
    {
        string requests = InteropBroker.Unique("rr/");
        string answers = InteropBroker.Unique("answer/");
        await using InteropClient requester = await broker.ConnectAsync(Version);
        await using InteropClient responder = await broker.ConnectAsync(Version);
        await requester.SubscribeAsync(answers, QoS);
        await responder.SubscribeAsync(requests, QoS);
        await requester.PublishAsync(message => message.WithTopic(requests).WithPayload("ping")
            .WithResponseTopic(answers).WithCorrelationData([7]).WithQualityOfServiceLevel(QoS));
        MqttApplicationMessage request = (await responder.ReceiveAsync()).Message;
        await responder.PublishAsync(message => message.WithTopic(request.ResponseTopic).WithPayload("pong")
            .WithCorrelationData(request.CorrelationData).WithQualityOfServiceLevel(QoS));
        ReceivedMessage answer = await requester.ReceiveAsync();
        Assert.Equal("pong", answer.Text);
        Assert.Equal([7], answer.Message.CorrelationData);
    }

    [Fact]
    public async Task A_message_that_expired_in_the_queue_is_not_delivered_and_the_other_is_counted_down()
    {
        string topic = InteropBroker.Unique("expiry/");
        string identifier = InteropBroker.Unique("id");
        void Persistent(MqttClientOptionsBuilder options) =>
            options.WithClientId(identifier).WithCleanStart(false).WithSessionExpiryInterval(60);
        await using InteropClient publisher = await broker.ConnectAsync(Version);
        await using (InteropClient first = await broker.ConnectAsync(Version, Persistent))
        {
            await first.SubscribeAsync(topic, QoS);
            await first.DisconnectAsync();
        }

        await publisher.PublishAsync(m => m.WithTopic(topic).WithPayload("short").WithQualityOfServiceLevel(QoS)
            .WithMessageExpiryInterval(1));
        await publisher.PublishAsync(m => m.WithTopic(topic).WithPayload("long").WithQualityOfServiceLevel(QoS)
            .WithMessageExpiryInterval(60));
        await Task.Delay(TimeSpan.FromSeconds(2.5), TestContext.Current.CancellationToken);
        await using InteropClient second = await broker.ConnectAsync(Version, Persistent);
        ReceivedMessage message = await second.ReceiveAsync();
        Assert.Equal("long", message.Text);
        Assert.InRange(message.Message.MessageExpiryInterval, 50u, 58u);
    }

    [Fact]
    public async Task Subscription_Identifiers_tell_which_filters_matched()
    {
        string topic = InteropBroker.Unique("ids/");
        await using InteropClient client = await broker.ConnectAsync(Version);
        await client.SubscribeAsync(o => o.WithTopicFilter(topic + "/+", QoS).WithSubscriptionIdentifier(7), QoS);
        await client.SubscribeAsync(
            o => o.WithTopicFilter(topic + "/#", QoS).WithSubscriptionIdentifier(268_435_455), QoS);
        await client.PublishAsync(topic + "/x", "both", QoS);
        await client.PublishAsync(topic + "/x/y", "one", QoS);

        // One copy with both identifiers, or a copy for each filter: the specification leaves that to the broker.
        ReceivedMessage message = await client.ReceiveAsync();
        List<uint> both = [];
        for (; message.Text == "both"; message = await client.ReceiveAsync())
        {
            both.AddRange(message.Message.SubscriptionIdentifiers);
        }

        Assert.Equal([7u, 268_435_455u], both.Order());
        Assert.Equal([268_435_455u], message.Message.SubscriptionIdentifiers);
    }

    [Fact]
    public async Task A_topic_alias_of_the_publisher_stands_for_its_topic()
    {
        string topic = InteropBroker.Unique("alias/");
        await using InteropClient publisher = await broker.ConnectAsync(Version);
        await using InteropClient subscriber = await broker.ConnectAsync(Version);
        Assert.NotEqual(0, publisher.Connack.TopicAliasMaximum);
        await subscriber.SubscribeAsync(topic + "/#", QoS);
        await PublishWithAliasAsync(publisher, topic + "/1", 1);
        await PublishWithAliasAsync(publisher, topic + "/2", 2);
        await PublishWithAliasAsync(publisher, "", 1);
        await PublishWithAliasAsync(publisher, "", 2);
        await PublishWithAliasAsync(publisher, topic + "/3", 1);
        await PublishWithAliasAsync(publisher, "", 1);
        string[] expected = ["/1", "/2", "/1", "/2", "/3", "/3"];
        ReceivedMessage[] received = await subscriber.ReceiveAsync(expected.Length);
        Assert.Equal(expected.Select(level => topic + level), received.Select(m => m.Topic));
    }

    [Fact]
    public async Task Topic_aliases_of_the_broker_stay_within_the_clients_maximum()
    {
        const ushort Maximum = 3;
        string topic = InteropBroker.Unique("alias/");
        await using InteropClient client =
            await broker.ConnectAsync(Version, options => options.WithTopicAliasMaximum(Maximum));
        await client.SubscribeAsync(topic + "/#", QoS);
        string[] published = [.. Enumerable.Range(0, 50).Select(n => $"{topic}/{n % 5}")];
        foreach (string name in published)
        {
            await client.PublishAsync(name, name, QoS);
        }

        string?[] aliases = new string?[Maximum + 1];
        foreach (ReceivedMessage message in await client.ReceiveAsync(published.Length))
        {
            int alias = message.Message.TopicAlias;
            Assert.InRange(alias, 0, Maximum);
            aliases[alias] = message.Topic is { Length: > 0 } name ? name : aliases[alias];
            Assert.Equal(message.Text, aliases[alias]);
        }
    }

    private static Task PublishWithAliasAsync(InteropClient publisher, string topic, ushort alias) =>
        publisher.PublishAsync(message => message.WithTopic(topic).WithTopicAlias(alias).WithPayload("x")
            .WithQualityOfServiceLevel(QoS));
}

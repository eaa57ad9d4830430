// Section 3.3.2.3: the properties of PUBLISH that pass through a server, and those it checks or adds.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_3_Properties
{
    // [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20]
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public async Task properties_are_passed_on_unaltered(int qos)
    {
        string topic = Unique.Name("props/");
        await using RawClient subscriber = await Connect(5);
        await subscriber.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(5);
        byte[] properties = Wire.Join(
            Property.UserProperty("z", "1"),
            Property.PayloadFormatIndicator(1),
            Property.ContentType("text/plain; charset=utf-8"),
            Property.UserProperty("a", "2"),
            Property.ResponseTopic("answers/é"),
            Property.CorrelationData(0, 255, 0, 1),
            Property.UserProperty("z", "1"),
            Property.UserProperty("", ""));
        await publisher.Publish(topic, "m", qos, properties: properties);
        PropertyList got = (await subscriber.Take(topic, "m", qos)).Properties;
        Assert.Equal(1u, got.Integer(0x01));
        Assert.Equal("text/plain; charset=utf-8", got.Text(0x03));
        Assert.Equal("answers/é", got.Text(0x08));
        Assert.Equal([0, 255, 0, 1], got.Data(0x09));
        Assert.Equal([("z", "1"), ("a", "2"), ("z", "1"), ("", "")], got.User);
    }

    // 3.3.2.3: absent stays absent; a server adds nothing a publisher did not say.
    [Fact]
    public async Task nothing_is_added()
    {
        string topic = Unique.Name("props/");
        await using RawClient client = await Connect(5);
        await client.Subscribe(topic);
        byte[] publish = Packets.Publish(5, topic, "m");
        await client.Send(publish);
        await client.Expect(publish);
    }

    // [MQTT-3.3.2-4] Indicator 0 and absence are not the same.
    [Fact]
    public async Task payload_format_indicator_0_is_passed_on()
    {
        string topic = Unique.Name("props/");
        await using RawClient client = await Connect(5);
        await client.Subscribe(topic);
        await client.Send(Packets.PublishRaw(5, topic, [0xFF], properties: Property.PayloadFormatIndicator(0)));
        Assert.Equal(0u, (await client.ReadPublish()).Properties.Integer(0x01));
    }

    // 3.3.2.3.2: a server that validates answers 0x99, and does not deliver.
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public async Task payload_that_is_not_the_utf8_it_claims_is_refused(int qos)
    {
        string topic = Unique.Name("props/");
        await using RawClient subscriber = await Connect(5);
        await subscriber.Subscribe(topic, 2);
        await using RawClient client = await Connect(5);
        byte[] properties = Property.PayloadFormatIndicator(1);
        await client.Send(Packets.PublishRaw(5, topic, [0x61, 0xFF], qos, qos == 0 ? 0 : 1, properties: properties));
        await client.Send(Packets.Pingreq);
        Received packet = await client.Read();
        int reason = packet.Type == 14 ? packet.Body[0] : packet.Type is 4 or 5 ? packet.Body[2] : 0;
        Assert.True(reason == 0x99 || (qos == 0 && packet.Type == 13), packet.ToString());
        await using RawClient other = await Connect(5);
        await subscriber.ExpectNothingFrom(other);
    }

    // [MQTT-3.3.2-14]
    [Theory, InlineData("a/#"), InlineData("+"), InlineData("a/+/b"), InlineData("#")]
    public async Task response_topic_with_wildcard_is_a_protocol_error(string responseTopic)
    {
        await using RawClient client = await Connect(5);
        await client.Send(Packets.Publish(5, Unique.Name(), properties: Property.ResponseTopic(responseTopic)));
        await client.ExpectRefusal(0x82, 0x90, 0x81);
    }

    // [MQTT-3.3.4-3] [MQTT-3.3.4-4] [MQTT-3.3.4-5]
    [Fact]
    public async Task subscription_identifiers_of_overlapping_filters_are_sent()
    {
        string topic = Unique.Name("ids/");
        await using RawClient subscriber = await Connect(5);
        await subscriber.Subscribe(topic + "/#", 1, Property.SubscriptionIdentifier(1));
        await subscriber.Subscribe(topic + "/+", 1, Property.SubscriptionIdentifier(268_435_455));
        await subscriber.Subscribe(topic + "/a", 1); // without identifier
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic + "/a", "m", 1);
        await publisher.Publish(topic, "end", 1);
        var identifiers = new List<uint>();
        Delivery delivery = await subscriber.ReadPublish();
        while (delivery.Payload == "m")
        {
            identifiers.AddRange(delivery.Properties.All(0x0B));
            await subscriber.Acknowledge(delivery);
            delivery = await subscriber.ReadPublish();
        }

        identifiers.Sort();
        Assert.Equal([1u, 268_435_455u], identifiers);
        Assert.Equal([1u], delivery.Properties.All(0x0B));
    }

    // [MQTT-3.3.4-4] The same number on two filters of one client.
    [Fact]
    public async Task subscription_identifier_is_sent_alone_for_its_filter()
    {
        string topic = Unique.Name("ids/");
        await using RawClient subscriber = await Connect(5);
        byte[] identifier = Property.SubscriptionIdentifier(128);
        await subscriber.Send(Packets.Subscribe(5, 1, identifier, (topic + "/a", 0), (topic + "/b", 0)));
        Assert.Equal([0, 0], await subscriber.ReadSuback(1));
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic + "/a", "m");
        Delivery first = await subscriber.Take(topic + "/a", "m");
        Assert.Equal([128u], first.Properties.All(0x0B));
        await publisher.Publish(topic + "/b", "m");
        Delivery second = await subscriber.Take(topic + "/b", "m");
        Assert.Equal([128u], second.Properties.All(0x0B));
    }

    // [MQTT-3.8.4-3] 3.8.2.1.2: a new subscription takes the new identifier, or none.
    [Fact]
    public async Task subscribing_again_replaces_the_subscription_identifier()
    {
        string topic = Unique.Name("ids/");
        await using RawClient client = await Connect(5);
        await using RawClient publisher = await Connect(5);
        foreach (int identifier in new[] { 5, 6, 0 })
        {
            await client.Subscribe(topic, 0, identifier == 0 ? null : Property.SubscriptionIdentifier(identifier));
            await publisher.Publish(topic, "m");
            uint[] expected = identifier == 0 ? [] : [(uint)identifier];
            Delivery delivery = await client.Take(topic, "m");
            Assert.Equal(expected, delivery.Properties.All(0x0B));
        }
    }

    // 3.8.2.1.2: part of the session.
    [Fact]
    public async Task subscription_identifier_is_kept_with_the_session()
    {
        string topic = Unique.Name("ids/");
        await using RawClient client = await Connect(5, keep: true);
        await client.Subscribe(topic, 1, Property.SubscriptionIdentifier(9));
        await client.Leave();
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m", 1);
        await using RawClient resumed = await client.Resume();
        Delivery delivery = await resumed.Take(topic, "m", 1);
        Assert.Equal([9u], delivery.Properties.All(0x0B));
    }

    // 3.8.2.1.2: 0 is a protocol error, and there is one at most.
    [Theory, InlineData("0B 00"), InlineData("0B 01 0B 02"), InlineData("0B FFFFFFFF01"), InlineData("01 00")]
    public async Task illegal_subscribe_property_is_refused(string properties)
    {
        await using RawClient client = await Connect(5);
        await client.Send(Packets.Subscribe(5, 1, Wire.Hex(properties), (Unique.Name(), 0)));
        await client.ExpectRefusal(0x82, 0x81);
    }

    // [MQTT-3.3.2-18] Many of them, and long ones.
    [Fact]
    public async Task many_user_properties_keep_their_order()
    {
        string topic = Unique.Name("props/");
        await using RawClient client = await Connect(5);
        await client.Subscribe(topic);
        var properties = new List<byte>();
        var expected = new List<(string, string)>();
        for (int i = 0; i < 200; i++)
        {
            properties.AddRange(Property.UserProperty($"k{i % 7}", new string('v', i)));
            expected.Add(($"k{i % 7}", new string('v', i)));
        }

        await client.Send(Packets.Publish(5, topic, "m", properties: [.. properties]));
        Assert.Equal(expected, (await client.Take(topic, "m")).Properties.User);
    }
}

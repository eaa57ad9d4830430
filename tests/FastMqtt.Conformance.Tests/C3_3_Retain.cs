// Sections 3.3.1.3 and 3.8.3.1: retained messages set, replaced and cleared, Retain Handling, Retain As Published.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_3_Retain
{
    private const int RetainAsPublished = 0x08;
    private const int SendIfNew = 0x10;
    private const int SendNever = 0x20;

    // [MQTT-3.3.1-5] [MQTT-3.3.1-9] [MQTT3-3.3.1-5] [MQTT3-3.3.1-6] [MQTT3-3.3.1-8]
    [Theory]
    [InlineData(3, 0), InlineData(3, 1), InlineData(3, 2)]
    [InlineData(4, 0), InlineData(4, 1), InlineData(4, 2)]
    [InlineData(5, 0), InlineData(5, 1), InlineData(5, 2)]
    public async Task retained_message_is_sent_to_a_new_subscription(int version, int qos)
    {
        string topic = Unique.Name("retain/");
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m", qos, retain: true);
        await publisher.ExpectNothing();
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic, 2);
        Delivery delivery = await subscriber.Take(topic, "m", qos);
        Assert.True(delivery.Retain);
        Assert.False(delivery.Duplicate);
        await subscriber.ExpectNothing();
    }

    // [MQTT-3.8.4-8] The lower QoS counts for retained messages too.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task retained_message_is_sent_at_the_granted_qos(int version)
    {
        string topic = Unique.Name("retain/");
        await using RawClient client = await Connect(version);
        await client.Publish(topic, "m", 2, retain: true);
        await client.Subscribe(topic, 1);
        await client.Take(topic, "m", 1);
    }

    // [MQTT-3.3.1-12] [MQTT3-3.3.1-9]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task established_subscription_gets_it_without_retain(int version)
    {
        string topic = Unique.Name("retain/");
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic, 1);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m", 1, retain: true);
        Assert.False((await subscriber.Take(topic, "m", 1)).Retain);
    }

    // [MQTT-3.3.1-5] [MQTT3-3.3.1-5] [MQTT3-3.3.1-7]
    [Theory]
    [InlineData(3, 1, 0), InlineData(4, 1, 0), InlineData(4, 2, 1), InlineData(5, 1, 0), InlineData(5, 0, 2)]
    public async Task last_retained_message_replaces_the_one_before(int version, int before, int after)
    {
        string topic = Unique.Name("retain/");
        await using RawClient client = await Connect(version);
        await client.Publish(topic, "old", before, retain: true);
        await client.Publish(topic, "new", after, retain: true);
        await client.Subscribe(topic, 2);
        await client.Take(topic, "new", after);
        await client.ExpectNothing();
    }

    // [MQTT-3.3.1-6] [MQTT-3.3.1-7] [MQTT3-3.3.1-10] [MQTT3-3.3.1-11]
    [Theory]
    [InlineData(3, 0), InlineData(4, 0), InlineData(4, 1), InlineData(4, 2)]
    [InlineData(5, 0), InlineData(5, 1), InlineData(5, 2)]
    public async Task empty_payload_clears_and_is_delivered(int version, int qos)
    {
        string topic = Unique.Name("retain/");
        await using RawClient publisher = await Connect(version);
        await using RawClient established = await Connect(version);
        await publisher.Publish(topic, "m", 1, retain: true);
        await established.Subscribe(topic, 2);
        await established.Take(topic, "m", 1);
        await publisher.Publish(topic, "", qos, retain: true);
        Assert.False((await established.Take(topic, "", qos)).Retain);
        await using RawClient late = await Connect(version);
        await late.Subscribe(topic, 2);
        await late.ExpectNothing();
    }

    // [MQTT-3.3.1-8] [MQTT3-3.3.1-12]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task message_without_retain_leaves_the_retained_one(int version)
    {
        string topic = Unique.Name("retain/");
        await using RawClient client = await Connect(version);
        await client.Publish(topic, "kept", 1, retain: true);
        await client.Publish(topic, "passing", 1);
        await client.Publish(topic, "", 1);
        await client.Subscribe(topic, 1);
        await client.Take(topic, "kept", 1);
        await client.ExpectNothing();
    }

    // [MQTT-3.3.1-9] [MQTT3-3.3.1-6] Each topic under a wildcard has its own.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task wildcard_subscription_gets_every_matching_retained_message(int version)
    {
        string root = Unique.Name("retain/");
        await using RawClient client = await Connect(version);
        string[] topics = [root, root + "/a", root + "/a/b", root + "/c", root + "/c/b"];
        foreach (string topic in topics)
        {
            await client.Publish(topic, "m", 1, retain: true);
        }

        await client.Subscribe(root + "/#");
        Assert.Equal(topics, await Topics(client, 5));
        await client.Subscribe(root + "/+/b");
        Assert.Equal([root + "/a/b", root + "/c/b"], await Topics(client, 2));
        await client.ExpectNothing();
    }

    // [MQTT-4.7.2-1]
    [Theory, InlineData(4), InlineData(5)]
    public async Task retained_message_on_a_dollar_topic_is_hidden_from_leading_wildcards(int version)
    {
        string tail = Unique.Name();
        await using RawClient client = await Connect(version);
        await client.Publish("$app/" + tail, "hidden", 1, retain: true);
        await client.Subscribe("+/" + tail);
        await client.ExpectNothing();
        await client.Subscribe("$app/" + tail);
        await client.Take("$app/" + tail, "hidden");
    }

    // [MQTT-3.8.4-3] [MQTT-3.8.4-4] [MQTT3-3.8.4-3] Subscribing again sends it again.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task subscribing_again_sends_it_again(int version)
    {
        string topic = Unique.Name("retain/");
        await using RawClient client = await Connect(version);
        await client.Publish(topic, "m", 1, retain: true);
        for (int i = 0; i < 3; i++)
        {
            await client.Subscribe(topic);
            Assert.True((await client.Take(topic, "m")).Retain);
        }
    }

    // [MQTT-3.3.1-10]
    [Fact]
    public async Task retain_handling_1_sends_only_to_a_new_subscription()
    {
        string topic = Unique.Name("retain/");
        await using RawClient client = await Connect(5);
        await client.Publish(topic, "m", 1, retain: true);
        await client.Subscribe(topic, SendIfNew);
        await client.Take(topic, "m");
        await client.Subscribe(topic, SendIfNew);
        await client.ExpectNothing();
        await client.Subscribe(topic, SendIfNew | 1); // other options: still the same subscription
        await client.ExpectNothing();
        await client.Unsubscribe(topic);
        await client.Subscribe(topic, SendIfNew);
        await client.Take(topic, "m");
    }

    // [MQTT-3.3.1-10] A subscription of a resumed session exists.
    [Fact]
    public async Task retain_handling_1_knows_the_subscriptions_of_a_kept_session()
    {
        string topic = Unique.Name("retain/");
        await using RawClient client = await Connect(5, keep: true);
        await client.Subscribe(topic, 1);
        await client.Leave();
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m", 0, retain: true);
        await publisher.ExpectNothing();
        await using RawClient resumed = await client.Resume();
        await resumed.Subscribe(Unique.Name());
        int id = resumed.NextIdentifier();
        await resumed.Send(Packets.Subscribe(5, id, (topic, SendIfNew)));
        Received packet = await resumed.Read();
        if (packet.Type == 3)
        {
            Assert.False(new Delivery(5, packet).Retain); // queued while offline, which is allowed at QoS 0
            packet = await resumed.Read(9);
        }

        await resumed.ExpectNothing();
    }

    // [MQTT-3.3.1-11]
    [Fact]
    public async Task retain_handling_2_never_sends()
    {
        string topic = Unique.Name("retain/");
        await using RawClient client = await Connect(5);
        await client.Publish(topic, "m", 1, retain: true);
        await client.Subscribe(topic, SendNever);
        await client.ExpectNothing();
        await client.Subscribe(topic, SendNever);
        await client.ExpectNothing();
    }

    // [MQTT-3.3.1-13] [MQTT-3.3.1-12]
    [Theory, InlineData(0, false), InlineData(RetainAsPublished, true)]
    public async Task retain_as_published_decides_the_flag(int options, bool kept)
    {
        string topic = Unique.Name("retain/");
        await using RawClient subscriber = await Connect(5);
        await subscriber.Subscribe(topic, options | 1);
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "retained", 1, retain: true);
        Assert.Equal(kept, (await subscriber.Take(topic, "retained", 1)).Retain);
        await publisher.Publish(topic, "plain", 1);
        Assert.False((await subscriber.Take(topic, "plain", 1)).Retain);
    }

    // 3.3.1.3: sent because of a new subscription, the flag is set whatever Retain As Published says.
    [Theory, InlineData(0), InlineData(RetainAsPublished)]
    public async Task retained_message_for_a_new_subscription_always_has_the_flag(int options)
    {
        string topic = Unique.Name("retain/");
        await using RawClient client = await Connect(5);
        await client.Publish(topic, "m", 1, retain: true);
        await client.Subscribe(topic, options);
        Assert.True((await client.Take(topic, "m")).Retain);
    }

    // 4.8.2: no retained messages when a shared subscription is first made.
    [Fact]
    public async Task shared_subscription_gets_no_retained_messages()
    {
        string topic = Unique.Name("retain/");
        await using RawClient client = await Connect(5);
        await client.Publish(topic, "m", 1, retain: true);
        await client.Subscribe("$share/g/" + topic, 1);
        await client.ExpectNothing();
    }

    // [MQTT-3.3.2-17] [MQTT-3.3.2-20] A retained message keeps its properties.
    [Fact]
    public async Task retained_message_keeps_its_properties()
    {
        string topic = Unique.Name("retain/");
        await using RawClient client = await Connect(5);
        byte[] properties = Wire.Join(Property.ContentType("text"), Property.UserProperty("a", "b"));
        await client.Publish(topic, "m", 1, retain: true, properties: properties);
        await client.Subscribe(topic, properties: Property.SubscriptionIdentifier(77));
        Delivery delivery = await client.Take(topic, "m");
        Assert.Equal("text", delivery.Properties.Text(0x03));
        Assert.Equal([("a", "b")], delivery.Properties.User);
        Assert.Equal([77u], delivery.Properties.All(0x0B)); // [MQTT-3.3.4-3]
    }

    private static async Task<string[]> Topics(RawClient client, int count)
    {
        var topics = new List<string>();
        for (int i = 0; i < count; i++)
        {
            Delivery delivery = await client.ReadPublish();
            Assert.True(delivery.Retain);
            topics.Add(delivery.Topic);
        }

        topics.Sort(StringComparer.Ordinal);
        return [.. topics];
    }
}

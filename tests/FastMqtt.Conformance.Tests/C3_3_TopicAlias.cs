// Section 3.3.2.3.4, Topic Alias, in both directions.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_3_TopicAlias
{
    // [MQTT-3.3.2-12]
    [Fact]
    public async Task every_alias_up_to_the_maximum_is_accepted()
    {
        string root = Unique.Name("alias/");
        await using RawClient client = await Connect(5);
        await client.Subscribe(root + "/#");
        int maximum = Math.Min(Maximum(client), 500);
        Assert.True(maximum > 0, "the broker accepts no aliases");
        await using RawClient publisher = await Connect(5);
        for (int alias = 1; alias <= maximum; alias++)
        {
            await publisher.Send(Publish($"{root}/{alias}", alias, "set"));
        }

        for (int alias = 1; alias <= maximum; alias++)
        {
            await publisher.Send(Publish("", alias, "used"));
        }

        foreach (string payload in new[] { "set", "used" })
        {
            for (int alias = 1; alias <= maximum; alias++)
            {
                await client.Take($"{root}/{alias}", payload);
            }
        }
    }

    // 3.3.2.3.4: a topic and a known alias together set the alias anew.
    [Fact]
    public async Task alias_can_be_set_anew()
    {
        string first = Unique.Name("alias/");
        string second = Unique.Name("alias/");
        await using RawClient client = await Connect(5);
        await client.Subscribe(first);
        await client.Subscribe(second);
        await using RawClient publisher = await Connect(5);
        await publisher.Send(Publish(first, 1, "a"), Publish("", 1, "b"));
        await publisher.Send(Publish(second, 1, "c"), Publish("", 1, "d"));
        await client.Take(first, "a");
        await client.Take(first, "b");
        await client.Take(second, "c");
        await client.Take(second, "d");
    }

    // Aliases work at every QoS.
    [Theory, InlineData(1), InlineData(2)]
    public async Task alias_works_with_acknowledged_messages(int qos)
    {
        string topic = Unique.Name("alias/");
        await using RawClient client = await Connect(5);
        await client.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "a", qos, properties: Property.TopicAlias(1));
        await publisher.Publish("", "b", qos, properties: Property.TopicAlias(1));
        await client.Take(topic, "a", qos);
        Delivery second = await client.Take(topic, "b", qos);
        Assert.False(second.Properties.Has(0x23));
    }

    // [MQTT-3.3.2-8] 3.3.2.3.4: 0x94
    [Fact]
    public async Task alias_0_is_refused()
    {
        await using RawClient client = await Connect(5);
        await client.Send(Publish(Unique.Name(), 0, "m"));
        await client.ExpectRefusal(0x94, 0x82);
    }

    // [MQTT-3.3.2-9] [MQTT-3.2.2-17]
    [Fact]
    public async Task alias_above_the_maximum_is_refused()
    {
        await using RawClient client = await Connect(5);
        int maximum = Maximum(client);
        if (maximum < 65535)
        {
            await client.Send(Publish(Unique.Name(), maximum + 1, "m"));
            await client.ExpectRefusal(0x94);
        }
    }

    // 3.3.4: an alias that was never set stands for no topic.
    [Fact]
    public async Task unknown_alias_is_refused()
    {
        await using RawClient client = await Connect(5);
        await client.Send(Publish("", 1, "m"));
        await client.ExpectRefusal(0x82);
    }

    // [MQTT-3.3.2-7]
    [Fact]
    public async Task aliases_end_with_their_connection()
    {
        await using RawClient client = await Connect(5, keep: true);
        await client.Send(Publish(Unique.Name(), 1, "m"));
        await client.ExpectNothing();
        await client.Leave();
        await using RawClient resumed = await client.Resume();
        await resumed.Send(Publish("", 1, "m"));
        await resumed.ExpectRefusal(0x82);
    }

    // [MQTT-3.3.2-7] The alias of one connection means nothing to another.
    [Fact]
    public async Task aliases_belong_to_one_connection()
    {
        string topic = Unique.Name("alias/");
        await using RawClient subscriber = await Connect(5);
        await subscriber.Subscribe(topic);
        await using RawClient first = await Connect(5);
        await first.Send(Publish(topic, 1, "a"));
        await subscriber.Take(topic, "a");
        await using RawClient second = await Connect(5);
        await second.Send(Publish(Unique.Name("other/"), 1, "b"));
        await first.Send(Publish("", 1, "c"));
        await subscriber.Take(topic, "c");
    }

    // [MQTT-3.1.2-27] [MQTT-3.1.2-26]
    [Theory, InlineData(null), InlineData(0)]
    public async Task server_sends_no_alias_unless_allowed(int? maximum)
    {
        string topic = Unique.Name("alias/");
        byte[] properties = maximum is null ? [] : Property.TopicAliasMaximum(maximum.Value);
        await using RawClient client = await Connect(5, properties: properties);
        await client.Subscribe(topic);
        await using RawClient publisher = await Connect(5);
        for (int i = 0; i < 5; i++)
        {
            await publisher.Send(Publish(topic, 1, $"{i}"));
            Assert.False((await client.Take(topic, $"{i}")).Properties.Has(0x23));
        }
    }

    // [MQTT-3.1.2-26] [MQTT-3.3.2-11] Whether a server uses aliases is its choice; that they are legal is not.
    [Fact]
    public async Task server_stays_within_the_clients_alias_maximum()
    {
        string root = Unique.Name("alias/");
        await using RawClient client = await Connect(5, properties: Property.TopicAliasMaximum(2));
        await client.Subscribe(root + "/#");
        await using RawClient publisher = await Connect(5);
        var known = new Dictionary<uint, string>();
        for (int i = 0; i < 20; i++)
        {
            string topic = $"{root}/{i % 5}";
            await publisher.Publish(topic, $"{i}");
            Delivery delivery = await client.ReadPublish();
            uint? alias = delivery.Properties.Integer(0x23);
            if (alias is not null)
            {
                Assert.InRange(alias.Value, 1u, 2u);
                if (delivery.Topic.Length > 0)
                {
                    known[alias.Value] = delivery.Topic;
                }
            }

            Assert.Equal(topic, delivery.Topic.Length > 0 ? delivery.Topic : known[alias!.Value]);
            Assert.Equal($"{i}", delivery.Payload);
        }
    }

    // [MQTT-3.3.2-1] The resolved topic is what is retained.
    [Fact]
    public async Task retained_message_by_alias_is_stored_under_its_topic()
    {
        string topic = Unique.Name("alias/");
        await using RawClient client = await Connect(5);
        await client.Send(Publish(topic, 1, "a"));
        await client.Publish("", "b", 1, retain: true, properties: Property.TopicAlias(1));
        await client.Subscribe(topic);
        Delivery delivery = await client.Take(topic, "b");
        Assert.False(delivery.Properties.Has(0x23));
    }

    private static int Maximum(RawClient client) => (int)(client.Connack.Properties.Integer(0x22) ?? 0);

    private static byte[] Publish(string topic, int alias, string payload) =>
        Packets.Publish(5, topic, payload, properties: Property.TopicAlias(alias));
}

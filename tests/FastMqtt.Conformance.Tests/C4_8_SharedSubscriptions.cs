// Section 4.8.2, shared subscriptions: names, distribution, and what happens when a member leaves.

namespace FastMqtt.Conformance.Tests;

public sealed class C4_8_SharedSubscriptions
{
    // [MQTT-4.8.2-1] [MQTT-4.8.2-2]
    [Theory]
    [InlineData("$share/"), InlineData("$share/g"), InlineData("$share/g/"), InlineData("$share//t")]
    [InlineData("$share/+/t"), InlineData("$share/#/t"), InlineData("$share/a#/t"), InlineData("$share/g/a#")]
    public async Task malformed_share_name_is_refused(string filter)
    {
        await using RawClient client = await Connect(5);
        await client.Send(Packets.Subscribe(5, 1, (filter, 0)));
        await client.ExpectFilterRefused(1, 0x8F, 0x81, 0x82);
    }

    // 4.8.2: each message to one member of the group.
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public async Task each_message_goes_to_one_member(int qos)
    {
        string topic = Unique.Name("shared/");
        await using RawClient first = await Member(topic, qos);
        await using RawClient second = await Member(topic, qos);
        await using RawClient publisher = await Connect(5);
        for (int i = 0; i < 20; i++)
        {
            await publisher.Publish(topic, $"{i}", qos);
        }

        List<string> one = await Drain(first, publisher);
        List<string> two = await Drain(second, publisher);
        Assert.Equal(20, one.Count + two.Count);
        Assert.Equal(20, one.Concat(two).Distinct().Count());
        Assert.True(one.Count > 0 && two.Count > 0, "one member got everything");
    }

    // 4.8.2: groups are independent of each other and of plain subscriptions.
    [Fact]
    public async Task groups_and_plain_subscriptions_each_get_a_copy()
    {
        string topic = Unique.Name("shared/");
        await using RawClient g = await Connect(5);
        await g.Subscribe("$share/g/" + topic);
        await using RawClient h = await Connect(5);
        await h.Subscribe("$share/h/" + topic);
        await using RawClient plain = await Connect(5);
        await plain.Subscribe(topic);
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m");
        await g.Take(topic, "m");
        await h.Take(topic, "m");
        await plain.Take(topic, "m");
    }

    // 4.8.2: one client with both gets both.
    [Fact]
    public async Task client_may_have_a_shared_and_a_plain_subscription()
    {
        string topic = Unique.Name("shared/");
        await using RawClient client = await Connect(5);
        await client.Subscribe("$share/g/" + topic, 0, Property.SubscriptionIdentifier(1));
        await client.Subscribe(topic, 0, Property.SubscriptionIdentifier(2));
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m");
        await client.Take(topic, "m");
        await client.Take(topic, "m");
        await client.ExpectNothing();
    }

    // 4.8.2: filter and group name together; wildcards as ever.
    [Fact]
    public async Task shared_filter_may_have_wildcards()
    {
        string root = Unique.Name("shared/");
        await using RawClient client = await Connect(5);
        await client.Subscribe($"$share/g/{root}/+/x");
        await client.Subscribe($"$share/g/{root}/#");
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(root + "/a/x", "m");
        await client.Take(root + "/a/x", "m");
        await client.Take(root + "/a/x", "m");
        await publisher.Publish(root, "m");
        await client.Take(root, "m");
        await client.ExpectNothing();
    }

    // [MQTT-4.8.2-3] [MQTT-3.8.4-8] Each member's own QoS.
    [Fact]
    public async Task each_member_gets_its_granted_qos()
    {
        string topic = Unique.Name("shared/");
        await using RawClient zero = await Member(topic, 0);
        await using RawClient two = await Member(topic, 2);
        await using RawClient publisher = await Connect(5);
        for (int i = 0; i < 10; i++)
        {
            await publisher.Publish(topic, "m", 1);
        }

        await CheckQoS(zero, publisher, 0);
        await CheckQoS(two, publisher, 1);
    }

    // 4.8.2: a member that is gone gets nothing more.
    [Theory, InlineData(true), InlineData(false)]
    public async Task member_that_left_is_passed_over(bool unsubscribe)
    {
        string topic = Unique.Name("shared/");
        await using RawClient stays = await Member(topic, 1);
        await using RawClient leaves = await Member(topic, 1);
        if (unsubscribe)
        {
            await leaves.Unsubscribe("$share/g/" + topic);
        }
        else
        {
            await leaves.Leave();
        }

        await using RawClient publisher = await Connect(5);
        for (int i = 0; i < 10; i++)
        {
            await publisher.Publish(topic, $"{i}", 1);
            await stays.Take(topic, $"{i}", 1);
        }
    }

    // 4.8.2: while another member is connected a server does not store for the absent one.
    [Fact]
    public async Task absent_member_of_a_kept_session_is_passed_over_while_another_is_connected()
    {
        string topic = Unique.Name("shared/");
        await using RawClient absent = await Connect(5, keep: true);
        await absent.Subscribe("$share/g/" + topic, 1);
        await absent.Leave();
        await using RawClient present = await Member(topic, 1);
        await using RawClient publisher = await Connect(5);
        for (int i = 0; i < 10; i++)
        {
            await publisher.Publish(topic, $"{i}", 1);
            await present.Take(topic, $"{i}", 1);
        }
    }

    // 4.8.2: what a member of a session that ends has not acknowledged goes to another one at QoS 1, the client's
    // choice of QoS respected; FastMqtt promises it.
    [Fact]
    public async Task unacknowledged_qos_1_messages_of_a_member_that_left_go_to_another()
    {
        string topic = Unique.Name("shared/");
        await using RawClient leaves = await Member(topic, 1);
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "a", 1);
        await publisher.Publish(topic, "b", 1);
        await leaves.ReadPublish();
        await leaves.ReadPublish();
        await using RawClient stays = await Member(topic, 1);
        leaves.Drop();
        string[] payloads = [(await stays.ReadPublish()).Payload, (await stays.ReadPublish()).Payload];
        Assert.Equal(["a", "b"], payloads);
    }

    // [MQTT-4.8.2-4] A kept session gets its QoS 2 message when it is back.
    [Fact]
    public async Task unfinished_qos_2_delivery_is_completed_when_the_member_is_back()
    {
        string topic = Unique.Name("shared/");
        await using RawClient member = await Connect(5, keep: true);
        await member.Subscribe("$share/g/" + topic, 2);
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m", 2);
        Delivery before = await member.ReadPublish();
        await using RawClient other = await Member(topic, 2);
        member.Drop();
        await using RawClient resumed = await member.Resume();
        Delivery after = await resumed.Take(topic, "m", 2);
        Assert.Equal(before.Identifier, after.Identifier);
        await other.ExpectNothingFrom(publisher);
    }

    // [MQTT-4.8.2-5] Its session ends instead: nobody gets the QoS 2 message.
    [Fact]
    public async Task unfinished_qos_2_delivery_goes_to_nobody_else()
    {
        string topic = Unique.Name("shared/");
        await using RawClient member = await Connect(5, keep: true);
        await member.Subscribe("$share/g/" + topic, 2);
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m", 2);
        await member.ReadPublish();
        await using RawClient other = await Member(topic, 2);
        member.Drop();
        await using RawClient clean = await Connect(5, member.Identifier); // ends the old session
        await other.ExpectNothingFrom(publisher);
    }

    // [MQTT-4.8.2-6]
    [Theory, InlineData(1), InlineData(2)]
    public async Task message_a_member_refuses_goes_to_nobody_else(int qos)
    {
        string topic = Unique.Name("shared/");
        await using RawClient member = await Member(topic, qos);
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m", qos);
        Delivery delivery = await member.ReadPublish();
        await using RawClient other = await Member(topic, qos);
        await member.Send(Wire.Frame(qos == 1 ? 0x40 : 0x50, Wire.Short(delivery.Identifier), [0x80]));
        await member.Leave();
        await other.ExpectNothingFrom(publisher);
    }

    // [MQTT-3.3.4-3] The identifier of the shared subscription is sent.
    [Fact]
    public async Task shared_subscription_identifier_is_sent()
    {
        string topic = Unique.Name("shared/");
        await using RawClient client = await Connect(5);
        await client.Subscribe("$share/g/" + topic, 0, Property.SubscriptionIdentifier(42));
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m");
        Delivery delivery = await client.Take(topic, "m");
        Assert.Equal([42u], delivery.Properties.All(0x0B));
    }

    private static async Task<RawClient> Member(string topic, int qos)
    {
        RawClient client = await Connect(5);
        await client.Subscribe("$share/g/" + topic, qos);
        return client;
    }

    private static async Task CheckQoS(RawClient member, RawClient publisher, int qos)
    {
        string end = Unique.Name("end/");
        await member.Send(Packets.Subscribe(5, 99, (end, 0)));
        await member.ReadAmid(9, 99);
        await publisher.Publish(end, "end");
        Delivery delivery = await member.ReadPublish();
        int count = 0;
        for (; delivery.Topic != end; count++)
        {
            Assert.Equal(qos, delivery.QoS);
            await member.Acknowledge(delivery);
            delivery = await member.ReadPublish();
        }

        Assert.True(count > 0);
    }

    // Everything the member has been sent until now.
    private static async Task<List<string>> Drain(RawClient member, RawClient publisher)
    {
        string end = Unique.Name("end/");
        await member.Send(Packets.Subscribe(5, 99, (end, 0)));
        await member.ReadAmid(9, 99);
        await publisher.Publish(end, "end");
        var payloads = new List<string>();
        for (Delivery d = await member.ReadPublish(); d.Topic != end; d = await member.ReadPublish())
        {
            payloads.Add(d.Payload);
            await member.Acknowledge(d);
        }

        return payloads;
    }
}

// Sections 3.8 and 3.9, SUBSCRIBE and SUBACK.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_8_Subscribe
{
    private const int NoLocal = 0x04;

    // [MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-3.8.4-6] [MQTT-3.8.4-7] [MQTT3-3.8.4-1] [MQTT3-3.8.4-2] [MQTT3-3.8.4-5]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task suback_grants_what_was_requested(int version)
    {
        await using RawClient client = await Connect(version);
        string topic = Unique.Name("sub/");
        await client.Send(Packets.Subscribe(version, 0x1234, (topic, 2)));
        byte[] properties = version == 5 ? [0] : [];
        await client.Expect(Wire.Frame(0x90, [0x12, 0x34], properties, [2]));
    }

    // [MQTT-3.9.3-1] [MQTT-3.9.3-2] [MQTT-3.8.4-5] [MQTT3-3.9.3-1] [MQTT3-3.9.3-2] [MQTT3-3.8.4-4]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task suback_has_one_code_for_each_filter_in_order(int version)
    {
        string root = Unique.Name("sub/");
        await using RawClient client = await Connect(version);
        (string, int)[] filters = [("/a", 2), ("/b", 0), ("/c", 1), ("/d", 2), ("/a", 1)];
        filters = Array.ConvertAll(filters, filter => (root + filter.Item1, filter.Item2));
        await client.Send(Packets.Subscribe(version, 1, filters));
        Assert.Equal([2, 0, 1, 2, 1], await client.ReadSuback(1));
        await using RawClient publisher = await Connect(version);
        foreach ((string topic, int qos) in new[] { ("/a", 1), ("/b", 0), ("/c", 1), ("/d", 2) })
        {
            await publisher.Publish(root + topic, "m", 2);
            await client.Take(root + topic, "m", qos); // the last of two equal filters counts
        }
    }

    // [MQTT-3.8.3-2] [MQTT3-3.8.3-3]
    [Theory]
    [InlineData(3, "8202 0001"), InlineData(4, "8202 0001"), InlineData(5, "8203 0001 00")]
    public async Task subscribe_without_filter_is_refused(int version, string packet)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Wire.Hex(packet));
        await client.ExpectRefusal(0x82, 0x81);
    }

    // [MQTT-3.8.3-5] [MQTT3-3.8.3-4] QoS 3, Retain Handling 3 and reserved bits.
    [Theory]
    [InlineData(4, 0x03), InlineData(4, 0x04), InlineData(4, 0x10), InlineData(4, 0x80)]
    [InlineData(5, 0x03), InlineData(5, 0x30), InlineData(5, 0x40), InlineData(5, 0x80), InlineData(5, 0xC1)]
    public async Task illegal_subscription_options_are_refused(int version, int options)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Subscribe(version, 1, (Unique.Name(), options)));
        await client.ExpectRefusal(0x81, 0x82);
    }

    // The filter is cut, the options are missing, or bytes follow.
    [Theory]
    [InlineData(4, "8200")]
    [InlineData(4, "8201 00")]
    [InlineData(4, "8205 0001 0001 61")]
    [InlineData(4, "8206 0001 0005 61 00")]
    [InlineData(4, "8207 0001 0001 61 00 00")]
    [InlineData(5, "8206 0001 00 0001 61")]
    [InlineData(5, "8208 0001 00 0001 61 00 00")]
    public async Task truncated_subscribe_is_refused(int version, string packet)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Wire.Hex(packet));
        await client.ExpectRefusal(0x81);
    }

    // [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.3-1] [MQTT3-4.7.1-2] [MQTT3-4.7.1-3] [MQTT3-4.7.3-1]
    [Theory]
    [InlineData(4, "a#"), InlineData(4, "a/#/b"), InlineData(4, "#/")]
    [InlineData(4, "a+"), InlineData(4, "+a/b"), InlineData(4, "")]
    [InlineData(5, "a#"), InlineData(5, "a/#/b"), InlineData(5, "##")]
    [InlineData(5, "a+"), InlineData(5, "a/++"), InlineData(5, "")]
    public async Task invalid_filter_is_refused(int version, string filter)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Subscribe(version, 1, (filter, 0)));
        await client.ExpectFilterRefused(1, 0x8F, 0x81, 0x82);
    }

    // [MQTT-3.8.4-5] A refused filter takes nothing from the others, if the server goes on at all.
    [Theory, InlineData(4), InlineData(5)]
    public async Task invalid_filter_does_not_harm_its_neighbours(int version)
    {
        string topic = Unique.Name("sub/");
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Subscribe(version, 1, (topic, 1), ("a/#/b", 1), (topic + "/x", 0)));
        Assert.Equal([1, (byte)(version == 5 ? 0x8F : 0x80), 0], await client.ReadSuback(1));
        await client.Send(Packets.Publish(version, topic, "m"));
        await client.Take(topic, "m");
    }

    // [MQTT-3.8.4-3] [MQTT3-3.8.4-3]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task equal_filter_replaces_the_subscription(int version)
    {
        string topic = Unique.Name("sub/");
        await using RawClient client = await Connect(version);
        await using RawClient publisher = await Connect(version);
        foreach (int qos in new[] { 0, 2, 1 })
        {
            Assert.Equal([(byte)qos], await client.Subscribe(topic, qos));
            await publisher.Publish(topic, "m", 2);
            await client.Take(topic, "m", qos);
            await client.ExpectNothing();
        }
    }

    // [MQTT-3.8.4-4] [MQTT3-3.8.4-3] Replacing interrupts nothing.
    [Theory, InlineData(4), InlineData(5)]
    public async Task replacing_a_subscription_loses_no_message(int version)
    {
        string topic = Unique.Name("sub/");
        await using RawClient client = await Connect(version);
        await client.Subscribe(topic, 1);
        await using RawClient publisher = await Connect(version);
        var packets = new List<byte>();
        for (int i = 1; i <= 50; i++)
        {
            packets.AddRange(Packets.Publish(version, topic, $"{i}"));
        }

        await publisher.Send([.. packets]);
        var subscriptions = new List<byte>();
        for (int i = 1; i <= 20; i++)
        {
            subscriptions.AddRange(Packets.Subscribe(version, i, (topic, i & 1)));
        }

        await client.Send([.. subscriptions]);
        int next = 1;
        int subacks = 0;
        while (next <= 50 || subacks < 20)
        {
            Received packet = await client.Read();
            if (packet.Type == 9)
            {
                subacks++;
                continue;
            }

            Assert.Equal($"{next++}", new Delivery(version, packet).Payload);
        }
    }

    // 3.8.4: the server may deliver before SUBACK, and must after it.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task message_after_suback_is_delivered(int version)
    {
        await using RawClient client = await Connect(version);
        await using RawClient publisher = await Connect(version);
        for (int i = 0; i < 50; i++)
        {
            string topic = Unique.Name("now/");
            await client.Subscribe(topic);
            await publisher.Publish(topic, "m");
            await client.Take(topic, "m");
        }
    }

    // [MQTT-3.8.3-3]
    [Fact]
    public async Task no_local_hides_own_messages_only()
    {
        string topic = Unique.Name("local/");
        await using RawClient client = await Connect(5);
        await client.Subscribe(topic, NoLocal | 1);
        await using RawClient other = await Connect(5);
        await client.Publish(topic, "own", 1);
        await other.Publish(topic, "foreign", 1);
        await client.Take(topic, "foreign", 1);
        await client.ExpectNothing();
    }

    // [MQTT-3.8.3-3] The rule is about the identifier: it holds for a later connection of the same client.
    [Fact]
    public async Task no_local_holds_for_the_identifier()
    {
        string topic = Unique.Name("local/");
        await using RawClient first = await Connect(5, keep: true);
        await first.Subscribe(topic, NoLocal | 1);
        await first.Leave();
        await using RawClient second = await first.Resume();
        await second.Publish(topic, "own", 1);
        await second.ExpectNothing();
    }

    // [MQTT-3.8.3-3] Another subscription of the same client without No Local gets the message.
    [Fact]
    public async Task no_local_is_per_subscription()
    {
        string topic = Unique.Name("local/");
        await using RawClient client = await Connect(5);
        await client.Subscribe(topic, NoLocal, Property.SubscriptionIdentifier(1));
        await client.Subscribe(topic + "/#", 0, Property.SubscriptionIdentifier(2));
        await client.Send(Packets.Publish(5, topic, "m"));
        Delivery delivery = await client.Take(topic, "m");
        Assert.Equal([2u], delivery.Properties.All(0x0B));
        await client.ExpectNothing();
    }

    // [MQTT-3.8.3-3] Retained messages of other clients are not its own.
    [Fact]
    public async Task no_local_leaves_retained_messages_of_others()
    {
        string topic = Unique.Name("local/");
        await using RawClient other = await Connect(5);
        await other.Publish(topic, "m", 1, retain: true);
        await using RawClient client = await Connect(5);
        await client.Subscribe(topic, NoLocal);
        await client.Take(topic, "m");
    }

    // [MQTT-3.8.3-4] [MQTT-4.13.1-1]
    [Fact]
    public async Task no_local_on_a_shared_subscription_is_a_protocol_error()
    {
        await using RawClient client = await Connect(5);
        await client.Send(Packets.Subscribe(5, 1, ("$share/g/" + Unique.Name(), NoLocal)));
        await client.ExpectRefusal(0x82);
    }

    // [MQTT-3.8.4-5] As many filters as fit.
    [Theory, InlineData(4), InlineData(5)]
    public async Task subscribe_with_a_thousand_filters_is_answered_in_full(int version)
    {
        string root = Unique.Name("many/");
        var filters = new List<(string, int)>();
        for (int i = 0; i < 1000; i++)
        {
            filters.Add(($"{root}/{i}", i % 3));
        }

        await using RawClient client = await Connect(version);
        await client.Send(Packets.Subscribe(version, 1, [.. filters]));
        byte[] codes = await client.ReadSuback(1);
        Assert.Equal(filters.ConvertAll(filter => (byte)filter.Item2), codes);
        await client.Send(Packets.Publish(version, root + "/999", "m"));
        await client.Take(root + "/999", "m");
    }

    // [MQTT-3.9.2-1] [MQTT-3.9.2-2] [MQTT-3.1.2-24] No Reason String for a client that could not take it.
    [Fact]
    public async Task suback_respects_the_maximum_packet_size()
    {
        await using RawClient client = await Connect(5, properties: Property.MaximumPacketSize(40));
        await client.Send(Packets.Subscribe(5, 1, ("$share//x", 0), ("a/#/b", 0)));
        Received packet = await client.Read();
        Assert.True(packet.Bytes.Length <= 40, packet.ToString());
    }
}

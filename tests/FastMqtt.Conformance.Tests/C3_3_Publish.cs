// Section 3.3, PUBLISH: flags, topic, the acknowledgement each QoS asks for, and the copy that goes to subscribers.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_3_Publish
{
    public static TheoryData<int, int, int> EveryPairOfQualities()
    {
        var data = new TheoryData<int, int, int>();
        foreach (int version in new[] { 3, 4, 5 })
        {
            for (int pair = 0; pair < 9; pair++)
            {
                data.Add(version, pair / 3, pair % 3);
            }
        }

        return data;
    }

    // [MQTT-3.8.4-8] [MQTT3-3.8.4-6] [MQTT-3.3.4-1] [MQTT3-3.3.4-1] [MQTT-4.3.1-1] [MQTT-4.3.2-2] [MQTT-4.3.3-2]
    [Theory, MemberData(nameof(EveryPairOfQualities))]
    public async Task delivery_has_the_lower_of_both_qualities(int version, int published, int granted)
    {
        string topic = Unique.Name("qos/");
        await using RawClient subscriber = await Connect(version);
        Assert.Equal([(byte)granted], await subscriber.Subscribe(topic, granted));
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m", published);
        Delivery delivery = await subscriber.Take(topic, "m", Math.Min(published, granted));
        Assert.False(delivery.Duplicate);
        Assert.False(delivery.Retain);
        await subscriber.ExpectNothing();
    }

    // The publisher may be subscribed itself, in the same connection.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task publisher_receives_what_it_subscribed_to(int version)
    {
        string topic = Unique.Name("self/");
        await using RawClient client = await Connect(version);
        await client.Subscribe(topic);
        await client.Send(Packets.Publish(version, topic, "m"));
        await client.Take(topic, "m");
    }

    // [MQTT-3.3.1-3] [MQTT3-3.3.1-3] [MQTT-3.3.1-1]
    [Theory, InlineData(3, 1), InlineData(3, 2), InlineData(4, 1), InlineData(4, 2), InlineData(5, 1), InlineData(5, 2)]
    public async Task dup_of_the_publisher_is_not_passed_on(int version, int qos)
    {
        string topic = Unique.Name("dup/");
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(version);
        await publisher.Send(Packets.Publish(version, topic, "m", qos, 1, duplicate: true));
        await publisher.ExpectAcknowledgement(3 + qos, 1);
        await publisher.Send(qos == 2 ? Packets.Pubrel(1) : Packets.Pingreq); // a server may deliver at PUBREL only
        Assert.False((await subscriber.ReadPublish()).Duplicate);
    }

    // [MQTT-3.3.1-2] [MQTT3-3.3.1-2]
    [Theory, InlineData(4), InlineData(5)]
    public async Task dup_at_qos_0_is_refused(int version)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Publish(version, Unique.Name(), duplicate: true));
        await client.ExpectRefusal(0x81, 0x82);
    }

    // [MQTT-3.3.1-4] [MQTT3-3.3.1-4]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task qos_3_is_refused(int version)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Publish(version, Unique.Name(), "m", 3, 1));
        await client.ExpectRefusal(0x81);
    }

    // [MQTT-3.3.2-2] [MQTT3-3.3.2-2] [MQTT-4.7.0-1] [MQTT3-4.7.1-1]
    [Theory]
    [InlineData(3, "a/+"), InlineData(3, "#")]
    [InlineData(4, "+"), InlineData(4, "a/#"), InlineData(4, "a#b"), InlineData(4, "a/b+")]
    [InlineData(5, "+"), InlineData(5, "a/#"), InlineData(5, "a#b"), InlineData(5, "a/b+")]
    public async Task topic_name_with_wildcard_is_refused(int version, string topic)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Publish(version, topic));
        await client.ExpectRefusal(0x90, 0x81, 0x82);
    }

    // [MQTT-4.7.3-1] [MQTT3-4.7.3-1] 5.0: only a Topic Alias replaces the name (3.3.2.1).
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task empty_topic_name_is_refused(int version)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Publish(version, ""));
        await client.ExpectRefusal(0x82, 0x81, 0x90);
    }

    // [MQTT-3.3.2-1] [MQTT3-3.3.2-1] Topic longer than the packet; identifier missing.
    [Theory]
    [InlineData(4, "3000")]
    [InlineData(4, "3001 00")]
    [InlineData(4, "3003 0005 61")]
    [InlineData(4, "3203 0001 61")]
    [InlineData(4, "3204 0001 61 00")]
    [InlineData(5, "3000")]
    [InlineData(5, "3003 0005 61")]
    [InlineData(5, "3203 0001 61")]
    public async Task truncated_publish_is_refused(int version, string packet)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Wire.Hex(packet));
        await client.ExpectRefusal(0x81);
    }

    // [MQTT-3.3.2-3] [MQTT3-3.3.2-3] [MQTT-4.5.0-1] [MQTT3-4.5.0-1]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task message_goes_to_every_matching_client_and_no_other(int version)
    {
        string topic = Unique.Name("fan/");
        await using RawClient exact = await Connect(version);
        await exact.Subscribe(topic);
        await using RawClient wild = await Connect(version);
        await wild.Subscribe(topic + "/#");
        await using RawClient other = await Connect(version);
        await other.Subscribe(topic + "/x");
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m");
        await exact.Take(topic, "m");
        await wild.Take(topic, "m");
        await other.ExpectNothingFrom(publisher);
    }

    // Between versions: what 3.x cannot carry is left out, the rest is the same.
    [Theory]
    [InlineData(3, 4), InlineData(3, 5), InlineData(4, 3), InlineData(4, 5), InlineData(5, 3), InlineData(5, 4)]
    public async Task message_passes_between_versions(int from, int to)
    {
        string topic = Unique.Name("versions/");
        await using RawClient subscriber = await Connect(to);
        await subscriber.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(from);
        await publisher.Publish(topic, "m", 2, properties: Property.UserProperty("a", "b"));
        Delivery delivery = await subscriber.Take(topic, "m", 2);
        Assert.Empty(delivery.Properties.User);
    }

    // 3.3.3: the payload may be empty, and is never looked into.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task payload_is_opaque(int version)
    {
        string topic = Unique.Name("payload/");
        await using RawClient client = await Connect(version);
        await client.Subscribe(topic, 1);
        byte[][] payloads = [[], [0], [0xFF, 0xFE, 0x00], [0x10, 0x02, 0x00, 0x00], new byte[70_000]];
        foreach (byte[] payload in payloads)
        {
            await client.Send(Packets.PublishRaw(version, topic, payload));
            Delivery delivery = await client.ReadPublish();
            Assert.Equal(payload, delivery.PayloadBytes);
        }
    }

    // 2.1.4: remaining lengths of one, two, three and four bytes, at their bounds.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task payload_of_any_length_is_delivered(int version)
    {
        string topic = Unique.Name("length/");
        int header = 2 + topic.Length + (version == 5 ? 1 : 0);
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic);
        await using RawClient publisher = await Connect(version);
        foreach (int remaining in new[] { 127, 128, 16_383, 16_384, 1_048_576 })
        {
            byte[] payload = new byte[remaining - header];
            Random.Shared.NextBytes(payload);
            await publisher.Send(Packets.PublishRaw(version, topic, payload));
            Delivery delivery = await subscriber.ReadPublish();
            Assert.True(payload.AsSpan().SequenceEqual(delivery.PayloadBytes), $"{remaining}");
        }
    }

    // [MQTT-3.3.4-2] [MQTT3-3.3.5-1] 3.3.4 (3.3.5): once or several times, with the highest QoS among the copies.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task overlapping_subscriptions_deliver_at_the_highest_granted_qos(int version)
    {
        string topic = Unique.Name("overlap/");
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic + "/#", 2);
        await subscriber.Subscribe(topic + "/+", 1);
        await subscriber.Subscribe(topic + "/a", 0);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic + "/a", "m", 2);
        await publisher.Publish(topic, "end", 0); // matches the first filter only
        int highest = 0;
        Delivery delivery = await subscriber.ReadPublish();
        while (delivery.Payload == "m")
        {
            highest = Math.Max(highest, delivery.QoS);
            await subscriber.Acknowledge(delivery);
            delivery = await subscriber.ReadPublish();
        }

        Assert.Equal(2, highest);
    }

    // [MQTT-3.3.4-6] 3.3.2.3.8
    [Fact]
    public async Task subscription_identifier_from_a_client_is_refused()
    {
        await using RawClient client = await Connect(5);
        await client.Send(Packets.Publish(5, Unique.Name(), properties: Property.SubscriptionIdentifier(1)));
        await client.ExpectRefusal(0x82, 0x81);
    }

    // 3.3.5 (3.1.1), 4.7.2: $SYS belongs to the server. 5.0 says so; 3.1.1 cannot, and goes on.
    [Theory, InlineData(1), InlineData(2)]
    public async Task publish_to_sys_is_not_authorized_in_5(int qos)
    {
        await using RawClient client = await Connect(5);
        await client.Send(Packets.Publish(5, "$SYS/broker/version", "hacked", qos, 1));
        Assert.Equal(0x87, await client.ReadAcknowledgement(qos == 1 ? 4 : 5, 1));
        await client.ExpectNothing();
    }

    [Theory]
    [InlineData(3, "$SYS/close"), InlineData(4, "$SYS/close"), InlineData(5, "$SYS/close")]
    [InlineData(4, "$SYS"), InlineData(5, "$SYS")]
    public async Task publish_to_sys_is_ignored_and_the_connection_stays(int version, string topic)
    {
        await using RawClient watcher = await Connect(version);
        await watcher.Subscribe(topic, 1);
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Publish(version, topic, "hacked", retain: true));
        await client.ExpectNothing();
        await client.Send(Packets.Publish(version, topic, "hacked", 1, 1, retain: true));
        await client.ReadAcknowledgement(4, 1);
        await watcher.ExpectNothingFrom(client);
        await using RawClient late = await Connect(version);
        await late.Subscribe(topic);
        await late.ExpectNothing();
    }
}

// Sections 3.10 and 3.11, UNSUBSCRIBE and UNSUBACK.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_10_Unsubscribe
{
    // [MQTT-3.10.4-2] [MQTT-3.10.4-4] [MQTT-3.10.4-5] [MQTT3-3.10.4-2] [MQTT3-3.10.4-4]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task unsubscribe_ends_delivery(int version)
    {
        string topic = Unique.Name("un/");
        await using RawClient client = await Connect(version);
        await client.Subscribe(topic, 1);
        await client.Send(Packets.Unsubscribe(version, 0x4321, topic));
        byte[] tail = version == 5 ? [0, 0] : [];
        await client.Expect(Wire.Frame(0xB0, [0x43, 0x21], tail));
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m", 1);
        await client.ExpectNothingFrom(publisher);
    }

    // [MQTT-3.10.4-5] [MQTT3-3.10.4-5] 5.0 adds 0x11, No subscription existed.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task unsubscribe_from_nothing_is_answered(int version)
    {
        await using RawClient client = await Connect(version);
        byte[] codes = await client.Unsubscribe(Unique.Name("un/"));
        Assert.Equal(version == 5 ? [0x11] : [], codes);
    }

    // [MQTT-3.11.3-1] [MQTT-3.11.3-2] [MQTT-3.10.4-6] [MQTT3-3.10.4-6]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task several_filters_are_answered_once_and_in_order(int version)
    {
        string root = Unique.Name("un/");
        await using RawClient client = await Connect(version);
        await client.Subscribe(root + "/a");
        await client.Subscribe(root + "/b");
        await client.Subscribe(root + "/c");
        byte[] codes = await client.Unsubscribe(root + "/a", root + "/x", root + "/c", root + "/a");
        Assert.Equal(version == 5 ? [0x00, 0x11, 0x00, 0x11] : [], codes);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(root + "/a", "m");
        await publisher.Publish(root + "/c", "m");
        await publisher.Publish(root + "/b", "m");
        await client.Take(root + "/b", "m");
    }

    // [MQTT-3.10.4-1] [MQTT3-3.10.4-1] Filters are compared, not matched.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task only_an_equal_filter_is_removed(int version)
    {
        string root = Unique.Name("un/");
        await using RawClient client = await Connect(version);
        await client.Subscribe(root + "/+");
        await client.Unsubscribe(root + "/a", root + "/#", root, root + "/+/", root.ToUpperInvariant() + "/+");
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(root + "/a", "m");
        await client.Take(root + "/a", "m");
        await client.Unsubscribe(root + "/+");
        await publisher.Publish(root + "/a", "m");
        await client.ExpectNothingFrom(publisher);
    }

    // [MQTT-3.10.4-2] Another filter of the same client still matches.
    [Theory, InlineData(4), InlineData(5)]
    public async Task other_subscriptions_stay(int version)
    {
        string topic = Unique.Name("un/");
        await using RawClient client = await Connect(version);
        await using RawClient other = await Connect(version);
        await other.Subscribe(topic);
        await client.Subscribe(topic);
        await client.Subscribe(topic + "/#");
        await client.Unsubscribe(topic);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m");
        await client.Take(topic, "m");
        await other.Take(topic, "m");
        await client.ExpectNothing();
    }

    // [MQTT-3.10.4-3] [MQTT3-3.10.4-3]
    [Theory, InlineData(4), InlineData(5)]
    public async Task delivery_that_has_begun_is_completed(int version)
    {
        string topic = Unique.Name("un/");
        await using RawClient client = await Connect(version, keep: true);
        await client.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m", 2);
        Delivery delivery = await client.ReadPublish();
        await client.Unsubscribe(topic);
        await client.Send(Packets.Pubrec(delivery.Identifier));
        await client.ExpectAcknowledgement(6, delivery.Identifier);
        await client.Send(Packets.Pubcomp(delivery.Identifier));
        await client.ExpectNothing();
    }

    // [MQTT-3.10.4-2] Also for the session that is resumed.
    [Theory, InlineData(4), InlineData(5)]
    public async Task unsubscribe_is_kept_with_the_session(int version)
    {
        string topic = Unique.Name("un/");
        await using RawClient client = await Connect(version, keep: true);
        await client.Subscribe(topic, 1);
        await client.Unsubscribe(topic);
        await client.Leave();
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m", 1);
        await using RawClient resumed = await client.Resume();
        await resumed.ExpectNothingFrom(publisher);
    }

    // 4.8.2: the shared and the plain subscription to one filter are two.
    [Fact]
    public async Task shared_subscription_is_removed_by_its_whole_name()
    {
        string topic = Unique.Name("un/");
        await using RawClient client = await Connect(5);
        await client.Subscribe("$share/g/" + topic);
        Assert.Equal([0x11], await client.Unsubscribe(topic));
        Assert.Equal([0x11], await client.Unsubscribe("$share/h/" + topic));
        Assert.Equal([0x00], await client.Unsubscribe("$share/g/" + topic));
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m");
        await client.ExpectNothingFrom(publisher);
    }

    // [MQTT-3.10.3-2] [MQTT3-3.10.3-2]
    [Theory]
    [InlineData(3, "A202 0001"), InlineData(4, "A202 0001"), InlineData(5, "A203 0001 00")]
    public async Task unsubscribe_without_filter_is_refused(int version, string packet)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Wire.Hex(packet));
        await client.ExpectRefusal(0x82, 0x81);
    }

    [Theory]
    [InlineData(4, "A200")]
    [InlineData(4, "A203 0001 00")]
    [InlineData(4, "A205 0001 0005 61")]
    [InlineData(5, "A204 0001 00 00")]
    [InlineData(5, "A206 0001 00 0005 61")]
    [InlineData(5, "A207 0001 02 0B01 0001 61")] // Subscription Identifier: not a property of UNSUBSCRIBE
    public async Task malformed_unsubscribe_is_refused(int version, string packet)
    {
        byte[] bytes = Wire.Hex(packet);
        await using RawClient client = await Connect(version);
        await client.Send(Wire.Frame(bytes[0], bytes[2..]));
        await client.ExpectRefusal(0x81, 0x82);
    }
}

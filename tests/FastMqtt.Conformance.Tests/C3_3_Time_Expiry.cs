// Section 3.3.2.3.3, Message Expiry Interval, with real seconds. The broker itself says that they have passed: with a
// will that it delays for so long.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_3_Time_Expiry
{
    // [MQTT-3.3.2-6] Delivered at once, the interval is as it was sent.
    [Fact]
    public async Task interval_is_passed_on()
    {
        string topic = Unique.Name("expiry/");
        await using RawClient client = await Connect(5);
        await client.Subscribe(topic);
        await client.Send(Packets.Publish(5, topic, "m", properties: Property.MessageExpiryInterval(100)));
        Assert.InRange((await client.ReadPublish()).Properties.Integer(0x02) ?? 0, 99u, 100u);
    }

    // [MQTT-3.3.2-6] The time it waited in the queue is taken off.
    [Fact]
    public async Task interval_is_counted_down_in_the_queue_of_a_session()
    {
        string topic = Unique.Name("expiry/");
        await using RawClient client = await Connect(5, keep: true);
        await client.Subscribe(topic, 1);
        await client.Leave();
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m", 1, properties: Property.MessageExpiryInterval(100));
        await TwoSeconds();
        await using RawClient resumed = await client.Resume();
        Assert.InRange((await resumed.Take(topic, "m", 1)).Properties.Integer(0x02) ?? 0, 90u, 99u);
    }

    // [MQTT-3.3.2-5]
    [Theory, InlineData(1), InlineData(2)]
    public async Task expired_message_is_not_delivered_from_the_queue(int qos)
    {
        string topic = Unique.Name("expiry/");
        await using RawClient client = await Connect(5, keep: true);
        await client.Subscribe(topic, qos);
        await client.Leave();
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "short", qos, properties: Property.MessageExpiryInterval(1));
        await publisher.Publish(topic, "long", qos, properties: Property.MessageExpiryInterval(100));
        await publisher.Publish(topic, "ever", qos);
        await TwoSeconds();
        await using RawClient resumed = await client.Resume();
        await resumed.Take(topic, "long", qos);
        Assert.False((await resumed.Take(topic, "ever", qos)).Properties.Has(0x02));
        await resumed.ExpectNothing();
    }

    // [MQTT-3.3.2-5] [MQTT-3.3.2-6] Retained messages expire and are counted down too.
    [Fact]
    public async Task retained_message_expires()
    {
        string topic = Unique.Name("expiry/");
        await using RawClient client = await Connect(5);
        await client.Publish(topic + "/short", "m", 1, retain: true, properties: Property.MessageExpiryInterval(1));
        await client.Publish(topic + "/long", "m", 1, retain: true, properties: Property.MessageExpiryInterval(100));
        await TwoSeconds();
        await client.Subscribe(topic + "/#");
        Delivery delivery = await client.Take(topic + "/long", "m");
        Assert.InRange(delivery.Properties.Integer(0x02) ?? 0, 90u, 99u);
        await client.ExpectNothing();
    }

    // [MQTT-3.3.2-5] It expires for 3.1.1 subscribers as well, who cannot see the interval.
    [Fact]
    public async Task expiry_holds_for_subscribers_of_3_1_1()
    {
        string topic = Unique.Name("expiry/");
        await using RawClient client = await Connect(4, keep: true);
        await client.Subscribe(topic, 1);
        await client.Leave();
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "short", 1, properties: Property.MessageExpiryInterval(1));
        await publisher.Publish(topic, "ever", 1);
        await TwoSeconds();
        await using RawClient resumed = await client.Resume();
        await resumed.Take(topic, "ever", 1);
        await resumed.ExpectNothing();
    }

    // [MQTT-4.3.3-7] [MQTT-4.3.3-13] A delivery that has begun is finished whatever its age.
    [Fact]
    public async Task message_on_its_way_does_not_expire()
    {
        string topic = Unique.Name("expiry/");
        await using RawClient client = await Connect(5, keep: true);
        await client.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m", 2, properties: Property.MessageExpiryInterval(1));
        Delivery before = await client.ReadPublish();
        client.Drop();
        await TwoSeconds();
        await using RawClient resumed = await client.Resume();
        Delivery after = await resumed.ReadPublish();
        Assert.Equal(before.Identifier, after.Identifier);
        await resumed.Acknowledge(after);
        await resumed.ExpectNothing();
    }

    // Long enough for an interval of one second, whatever the broker rounds.
    private static async Task TwoSeconds()
    {
        string topic = Unique.Name("clock/");
        await using RawClient watcher = await Connect(5);
        await watcher.Subscribe(topic);
        var will = new Will(topic, Properties: Property.WillDelayInterval(2));
        await using RawClient clock = await Connect(5, properties: Property.SessionExpiryInterval(3600), will: will);
        clock.Drop();
        await watcher.Take(topic, "gone");
    }
}

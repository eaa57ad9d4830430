// Sections 3.1.2.4 and 3.2.2.1: clean session, Clean Start, Session Present, and what a session keeps.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_1_Session
{
    // [MQTT-3.1.2-6] [MQTT-3.2.2-3] [MQTT3-3.1.2-4] [MQTT3-3.2.2-3]
    [Theory, InlineData(4), InlineData(5)]
    public async Task resuming_without_a_session_makes_a_new_one(int version)
    {
        await using RawClient client = await Connect(version, keep: true);
        Assert.False(client.Connack.SessionPresent);
    }

    // [MQTT-3.1.2-5] [MQTT-3.2.2-3] [MQTT-3.1.2-23] [MQTT3-3.1.2-4] [MQTT3-3.2.2-2]
    [Theory, InlineData(4), InlineData(5)]
    public async Task kept_session_is_present_again(int version)
    {
        await using RawClient first = await Connect(version, keep: true);
        await first.Leave();
        await using RawClient second = await first.Resume();
        await second.Leave();
        await using RawClient third = await second.Resume();
        await third.ExpectNothing();
    }

    // 3.1: the second byte of CONNACK is reserved, whatever the broker has stored.
    [Fact]
    public async Task session_present_is_never_set_in_3_1()
    {
        string id = Unique.Name();
        for (int i = 0; i < 2; i++)
        {
            await using RawClient client = await RawClient.Open(3);
            await client.Send(Packets.Connect(3, id, clean: false));
            await client.Expect(0x20, 0x02, 0x00, 0x00);
            await client.Leave();
        }
    }

    // [MQTT-3.1.2-5] [MQTT3-3.1.2-4] [MQTT3-3.1.2-5] [MQTT-4.5.0-1]
    [Theory, InlineData(3, 1), InlineData(3, 2), InlineData(4, 1), InlineData(4, 2), InlineData(5, 1), InlineData(5, 2)]
    public async Task subscriptions_and_messages_wait_in_a_kept_session(int version, int qos)
    {
        string topic = Unique.Name("kept/");
        await using RawClient first = await Connect(version, keep: true);
        await first.Subscribe(topic, qos);
        await first.Leave();
        await using RawClient publisher = await Connect(version);
        for (int i = 0; i < 5; i++)
        {
            await publisher.Publish(topic, $"m{i}", qos);
        }

        await using RawClient second = await first.Resume();
        for (int i = 0; i < 5; i++)
        {
            Delivery delivery = await second.Take(topic, $"m{i}", qos);
            Assert.False(delivery.Duplicate); // it was never sent before
            Assert.False(delivery.Retain);
        }

        await publisher.Publish(topic, "live", qos);
        await second.Take(topic, "live", qos);
    }

    // [MQTT-3.1.2-4] [MQTT-3.2.2-2] [MQTT3-3.1.2-6] [MQTT3-3.2.2-1] [MQTT-3.1.4-4] [MQTT3-3.1.4-3]
    [Theory, InlineData(4), InlineData(5)]
    public async Task clean_start_discards_the_session(int version)
    {
        string topic = Unique.Name("clean/");
        await using RawClient first = await Connect(version, keep: true);
        await first.Subscribe(topic, 1);
        await first.Leave();
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "lost", 1);
        await using RawClient second = await Connect(version, first.Identifier);
        Assert.False(second.Connack.SessionPresent);
        await publisher.Publish(topic, "lost too", 1);
        await second.ExpectNothingFrom(publisher);
    }

    // [MQTT3-3.1.2-6] The session of a clean connection ends with it.
    [Fact]
    public async Task clean_session_is_not_kept_in_3_1_1()
    {
        await using RawClient first = await Connect(4);
        await first.Subscribe(Unique.Name("gone/"), 1);
        await first.Leave();
        await using RawClient second = await first.Resume(present: false);
        await second.ExpectNothing();
    }

    // [MQTT-3.1.2-23] [MQTT-4.1.0-2] No Session Expiry Interval, or 0: the session ends with the connection.
    [Theory, InlineData(null), InlineData(0u)]
    public async Task session_without_expiry_interval_ends_with_its_connection(uint? expiry)
    {
        byte[] properties = expiry is null ? [] : Property.SessionExpiryInterval(expiry.Value);
        await using RawClient first = await RawClient.Open(5);
        first.Identifier = Unique.Name();
        await first.Send(Packets.Connect(5, first.Identifier, clean: false, properties: properties));
        await first.ReadConnack();
        await first.Leave();
        await using RawClient second = await first.Resume(present: false);
        await second.ExpectNothing();
    }

    // 3.1.2.11.2: Clean Start clears what was; the interval decides what remains.
    [Fact]
    public async Task clean_start_with_expiry_interval_keeps_the_new_session()
    {
        await using RawClient first = await Connect(5, properties: Property.SessionExpiryInterval(60));
        await first.Leave();
        await using RawClient second = await first.Resume(present: true);
        await second.ExpectNothing();
    }

    // [MQTT-4.1.0-1] [MQTT3-4.1.0-1] [MQTT3-4.1.0-2] QoS 0 messages are not promised to a session without a connection,
    // but those of QoS 1 sent while the network was down are.
    [Theory, InlineData(4), InlineData(5)]
    public async Task session_survives_a_lost_connection(int version)
    {
        string topic = Unique.Name("lost/");
        await using RawClient first = await Connect(version, keep: true);
        await first.Subscribe(topic, 1);
        first.Drop();
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m", 1);
        await using RawClient second = await first.Resume();
        Delivery delivery = await second.ReadPublish();
        Assert.Equal("m", delivery.Payload);
    }

    // [MQTT3-3.1.2-7] Retained messages are no part of a session.
    [Theory, InlineData(4), InlineData(5)]
    public async Task retained_message_outlives_the_session_of_its_publisher(int version)
    {
        string topic = Unique.Name("retained/");
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m", 1, retain: true);
        await publisher.Leave();
        await using RawClient again = await Connect(version, publisher.Identifier);
        await again.Subscribe(topic);
        Assert.True((await again.Take(topic, "m")).Retain);
    }

    // [MQTT-3.1.3-2] A session is found by its identifier whatever the version of the next connection.
    [Theory, InlineData(4, 5), InlineData(5, 4)]
    public async Task session_is_resumed_by_a_client_of_another_version(int before, int after)
    {
        string topic = Unique.Name("versions/");
        await using RawClient first = await Connect(before, keep: true);
        await first.Subscribe(topic, 1);
        await first.Leave();
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m", 1, properties: Property.UserProperty("a", "b"));
        await using RawClient second = await Connect(after, first.Identifier, keep: true);
        Assert.True(second.Connack.SessionPresent);
        await second.Take(topic, "m", 1);
    }
}

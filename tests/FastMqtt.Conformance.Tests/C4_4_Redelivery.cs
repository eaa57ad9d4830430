// Sections 4.4 and 4.3.3: what is sent again when a session is resumed, with which flags, in which order, and that QoS
// 2 is exactly once through every cut of the connection.

namespace FastMqtt.Conformance.Tests;

public sealed class C4_4_Redelivery
{
    // [MQTT-4.4.0-1] [MQTT-3.3.1-1] [MQTT-4.6.0-1] [MQTT-4.3.2-3] [MQTT-4.3.3-3]
    // [MQTT3-4.4.0-1] [MQTT3-3.3.1-1] [MQTT3-4.6.0-1]
    [Theory, InlineData(3, 1), InlineData(3, 2), InlineData(4, 1), InlineData(4, 2), InlineData(5, 1), InlineData(5, 2)]
    public async Task unacknowledged_messages_are_sent_again_in_order(int version, int qos)
    {
        string topic = Unique.Name("again/");
        await using RawClient client = await Connect(version, keep: true);
        await client.Subscribe(topic, qos);
        await using RawClient publisher = await Connect(version);
        var sent = new List<Delivery>();
        for (int i = 0; i < 5; i++)
        {
            await publisher.Publish(topic, $"{i}", qos);
            sent.Add(await client.ReadPublish());
        }

        client.Drop();
        await using RawClient resumed = await client.Resume();
        foreach (Delivery before in sent)
        {
            Delivery after = await resumed.ReadPublish();
            Assert.True(after.Duplicate);
            Assert.Equal(before.Identifier, after.Identifier);
            Assert.Equal(before.Payload, after.Payload);
            Assert.Equal(qos, after.QoS);
        }

        await resumed.ExpectNothing(); // [MQTT-4.4.0-1]: and at no other time
    }

    // [MQTT-4.4.0-1] Those acknowledged are not sent again, those that never were sent follow without DUP.
    [Theory, InlineData(4), InlineData(5)]
    public async Task new_messages_follow_the_unacknowledged_ones(int version)
    {
        string topic = Unique.Name("again/");
        await using RawClient client = await Connect(version, keep: true);
        await client.Subscribe(topic, 1);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "a", 1);
        await publisher.Publish(topic, "b", 1);
        await client.Take(topic, "a", 1);
        Delivery b = await client.ReadPublish();
        await client.ExpectNothing(); // the PUBACK of "a" has been read
        client.Drop();
        await publisher.Publish(topic, "c", 1);
        await using RawClient resumed = await client.Resume();
        Delivery again = await resumed.Take(topic, "b", 1);
        Assert.True(again.Duplicate);
        Assert.Equal(b.Identifier, again.Identifier);
        await resumed.Take(topic, "c", 1);
        await resumed.ExpectNothing();
    }

    // [MQTT-4.4.0-1] [MQTT-4.3.3-5] [MQTT-4.3.3-6] [MQTT3-4.3.3-1] After PUBREC it is PUBREL that is sent again.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task unanswered_pubrel_is_sent_again_and_not_the_message(int version)
    {
        string topic = Unique.Name("again/");
        await using RawClient client = await Connect(version, keep: true);
        await client.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m", 2);
        Delivery delivery = await client.ReadPublish();
        await client.Send(Packets.Pubrec(delivery.Identifier));
        await client.ExpectAcknowledgement(6, delivery.Identifier);
        client.Drop();
        await using RawClient resumed = await client.Resume();
        await resumed.ExpectAcknowledgement(6, delivery.Identifier);
        await resumed.Send(Packets.Pubcomp(delivery.Identifier));
        await resumed.ExpectNothing();
        await resumed.Leave();
        await using RawClient third = await resumed.Resume();
        await third.ExpectNothing();
    }

    // [MQTT-4.6.0-1] Message and PUBREL mixed: each in its original place.
    [Theory, InlineData(4), InlineData(5)]
    public async Task both_halves_of_qos_2_are_resumed(int version)
    {
        string topic = Unique.Name("again/");
        await using RawClient client = await Connect(version, keep: true);
        await client.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "a", 2);
        await publisher.Publish(topic, "b", 2);
        Delivery a = await client.ReadPublish();
        Delivery b = await client.ReadPublish();
        await client.Send(Packets.Pubrec(a.Identifier));
        await client.ExpectAcknowledgement(6, a.Identifier);
        client.Drop();
        await using RawClient resumed = await client.Resume();
        Received[] two = [await resumed.Read(), await resumed.Read()];
        Assert.Equal(a.Identifier, Array.Find(two, packet => packet.Type == 6)!.Identifier);
        var again = new Delivery(version, Array.Find(two, packet => packet.Type == 3)!);
        Assert.Equal((b.Identifier, "b", true), (again.Identifier, again.Payload, again.Duplicate));
        await resumed.Send(Packets.Pubcomp(a.Identifier));
        await resumed.Acknowledge(again);
        await resumed.ExpectNothing();
    }

    // [MQTT-4.3.3-10] [MQTT-4.1.0-1] [MQTT3-4.3.3-2] The publisher's side: a cut after PUBREC was due.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task qos_2_repeated_after_a_reconnect_is_delivered_once(int version)
    {
        string topic = Unique.Name("once/");
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(version, keep: true);
        await publisher.Send(Packets.Publish(version, topic, "m", 2, 11));
        await publisher.ExpectAcknowledgement(5, 11);
        publisher.Drop();
        await using RawClient resumed = await publisher.Resume();
        await resumed.Send(Packets.Publish(version, topic, "m", 2, 11, duplicate: true));
        await resumed.ExpectAcknowledgement(5, 11);
        await resumed.Send(Packets.Pubrel(11));
        await resumed.ExpectAcknowledgement(7, 11);
        await subscriber.Take(topic, "m", 2);
        await subscriber.ExpectNothingFrom(resumed);
    }

    // [MQTT-4.4.0-1] A cut after PUBREL: the client sends PUBREL again, and the broker completes.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task pubrel_after_a_reconnect_completes(int version)
    {
        string topic = Unique.Name("once/");
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(version, keep: true);
        await publisher.Send(Packets.Publish(version, topic, "m", 2, 11));
        await publisher.ExpectAcknowledgement(5, 11);
        publisher.Drop();
        await using RawClient resumed = await publisher.Resume();
        await resumed.Send(Packets.Pubrel(11));
        await resumed.ExpectAcknowledgement(7, 11);
        await subscriber.Take(topic, "m", 2);
        await subscriber.ExpectNothingFrom(resumed);
    }

    // [MQTT-3.1.2-4] [MQTT3-3.1.2-6] A clean start forgets the half-done exchange: the identifier is new.
    [Theory, InlineData(4), InlineData(5)]
    public async Task clean_start_forgets_unfinished_qos_2(int version)
    {
        string topic = Unique.Name("once/");
        await using RawClient publisher = await Connect(version, keep: true);
        await publisher.Send(Packets.Publish(version, topic, "m", 2, 11));
        await publisher.ExpectAcknowledgement(5, 11);
        publisher.Drop();
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic, 2);
        await using RawClient clean = await Connect(version, publisher.Identifier);
        await clean.Send(Packets.Publish(version, topic, "new", 2, 11));
        await clean.ExpectAcknowledgement(5, 11);
        await clean.Send(Packets.Pubrel(11));
        await clean.ExpectAcknowledgement(7, 11);
        await subscriber.Take(topic, "new", 2);
    }

    // [MQTT-4.4.0-1] Nothing is sent again while the connection lives, however long the client waits.
    [Theory, InlineData(4), InlineData(5)]
    public async Task nothing_is_sent_again_on_a_living_connection(int version)
    {
        string topic = Unique.Name("again/");
        await using RawClient client = await Connect(version);
        await client.Subscribe(topic, 1);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m", 1);
        await client.ReadPublish();
        for (int i = 0; i < 3; i++)
        {
            await client.ExpectNothing();
        }
    }

    // [MQTT-4.4.0-1] Cut after cut: still the same identifier and order.
    [Theory, InlineData(4), InlineData(5)]
    public async Task messages_survive_many_reconnects(int version)
    {
        string topic = Unique.Name("again/");
        RawClient client = await Connect(version, keep: true);
        await client.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(version);
        for (int i = 0; i < 3; i++)
        {
            await publisher.Publish(topic, $"{i}", 1 + (i % 2));
        }

        for (int cut = 0; cut < 5; cut++)
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal($"{i}", (await client.ReadPublish()).Payload);
            }

            client.Drop();
            client = await client.Resume();
        }

        for (int i = 0; i < 3; i++)
        {
            await client.Take(topic, $"{i}", 1 + (i % 2));
        }

        await client.ExpectNothing();
        await client.DisposeAsync();
    }
}

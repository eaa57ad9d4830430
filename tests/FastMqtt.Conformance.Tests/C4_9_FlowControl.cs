// Section 4.9 and the limits both sides announce: Receive Maximum and Maximum Packet Size, both ways.

namespace FastMqtt.Conformance.Tests;

public sealed class C4_9_FlowControl
{
    // [MQTT-3.3.4-9] [MQTT-4.9.0-1] [MQTT-4.9.0-2]
    [Theory, InlineData(1, 1), InlineData(1, 2), InlineData(3, 1), InlineData(3, 2)]
    public async Task server_stays_within_the_clients_receive_maximum(int maximum, int qos)
    {
        string topic = Unique.Name("flow/");
        await using RawClient client = await Connect(5, properties: Property.ReceiveMaximum(maximum));
        await client.Subscribe(topic, qos);
        await using RawClient publisher = await Connect(5);
        for (int i = 0; i < 6; i++)
        {
            await publisher.Publish(topic, $"{i}", qos);
        }

        var open = new Queue<Delivery>();
        for (int i = 0; i < maximum; i++)
        {
            open.Enqueue(await client.ReadPublish());
        }

        await client.ExpectNothing();
        for (int i = maximum; i < 6; i++)
        {
            await client.Acknowledge(open.Dequeue());
            open.Enqueue(await client.ReadPublish());
            await client.ExpectNothing();
        }

        Assert.Equal("5", open.Last().Payload);
    }

    // [MQTT-4.9.0-2] [MQTT-4.4.0-2] PUBREC alone does not give the place back; PUBREC with a failure does.
    [Fact]
    public async Task quota_is_given_back_by_pubcomp_or_a_failing_pubrec()
    {
        string topic = Unique.Name("flow/");
        await using RawClient client = await Connect(5, properties: Property.ReceiveMaximum(1));
        await client.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(5);
        for (int i = 0; i < 3; i++)
        {
            await publisher.Publish(topic, $"{i}", 2);
        }

        Delivery first = await client.ReadPublish();
        await client.Send(Packets.Pubrec(first.Identifier));
        await client.ExpectAcknowledgement(6, first.Identifier);
        await client.ExpectNothing();
        await client.Send(Packets.Pubcomp(first.Identifier));
        Delivery second = await client.ReadPublish();
        Assert.Equal("1", second.Payload);
        await client.Send(Wire.Frame(0x50, Wire.Short(second.Identifier), [0x97]));
        Assert.Equal("2", (await client.ReadPublish()).Payload);
    }

    // [MQTT-3.3.4-10] [MQTT-4.9.0-3] QoS 0, acknowledgements and answers go on.
    [Fact]
    public async Task other_packets_are_not_held_back()
    {
        string topic = Unique.Name("flow/");
        await using RawClient client = await Connect(5, properties: Property.ReceiveMaximum(1));
        await client.Subscribe(topic, 1);
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "a", 1);
        await publisher.Publish(topic, "b", 1);
        await client.ReadPublish();
        await publisher.Publish(topic, "c");
        Assert.Equal("c", (await client.ReadPublish()).Payload);
        await client.Subscribe(Unique.Name());
        await client.Publish(Unique.Name(), "m", 2);
        await client.ExpectNothing();
    }

    // [MQTT-3.3.4-9] Redelivery obeys the Receive Maximum of the new connection.
    [Fact]
    public async Task receive_maximum_belongs_to_the_connection()
    {
        string topic = Unique.Name("flow/");
        await using RawClient client = await Connect(5, keep: true, properties: Property.ReceiveMaximum(5));
        await client.Subscribe(topic, 1);
        await using RawClient publisher = await Connect(5);
        for (int i = 0; i < 5; i++)
        {
            await publisher.Publish(topic, $"{i}", 1);
            await client.ReadPublish();
        }

        client.Drop();
        await using RawClient resumed = await client.Resume(properties: Property.ReceiveMaximum(2));
        Delivery first = await resumed.ReadPublish();
        await resumed.ReadPublish();
        await resumed.ExpectNothing();
        await resumed.Acknowledge(first);
        Assert.Equal("2", (await resumed.ReadPublish()).Payload);
        await resumed.ExpectNothing();
    }

    // [MQTT-3.3.4-7] [MQTT-3.3.4-1] 3.3.4: one QoS 2 message more than the server's Receive Maximum is answered by
    // 0x93. With the default of 65,535 there are no identifiers left to exceed it.
    [Fact]
    public async Task client_above_the_servers_receive_maximum_is_disconnected()
    {
        await using RawClient client = await Connect(5);
        int maximum = (int)(client.Connack.Properties.Integer(0x21) ?? 65_535);
        if (maximum == 65_535)
        {
            return;
        }

        string topic = Unique.Name("flow/");
        for (int id = 1; id <= maximum; id++)
        {
            await client.Send(Packets.Publish(5, topic, "m", 2, id));
            await client.ExpectAcknowledgement(5, id);
        }

        await client.Send(Packets.Publish(5, topic, "m", 2, maximum + 1));
        await client.ExpectRefusal(0x93);
    }

    // 3.3.4: the whole window may be used, again and again.
    [Fact]
    public async Task whole_receive_maximum_of_the_server_may_be_used()
    {
        await using RawClient client = await Connect(5);
        int maximum = Math.Min((int)(client.Connack.Properties.Integer(0x21) ?? 65_535), 1000);
        string topic = Unique.Name("flow/");
        for (int round = 0; round < 2; round++)
        {
            for (int id = 1; id <= maximum; id++)
            {
                await client.Send(Packets.Publish(5, topic, "m", 2, id));
            }

            for (int id = 1; id <= maximum; id++)
            {
                await client.ReadAmid(5, id);
                await client.Send(Packets.Pubrel(id));
            }

            for (int id = 1; id <= maximum; id++)
            {
                await client.ExpectAcknowledgement(7, id);
            }
        }
    }

    // [MQTT-3.1.2-24] [MQTT-3.1.2-25] At QoS 1 too: dropped as if it had been delivered.
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public async Task message_too_large_for_a_client_is_dropped_for_it_alone(int qos)
    {
        string topic = Unique.Name("size/");
        await using RawClient small = await Connect(5, properties: Property.MaximumPacketSize(100));
        await small.Subscribe(topic, qos);
        await using RawClient large = await Connect(5);
        await large.Subscribe(topic, qos);
        await using RawClient publisher = await Connect(5);
        string payload = new('x', 200);
        await publisher.Publish(topic, payload, qos);
        await publisher.Publish(topic, "fits", qos);
        await large.Take(topic, payload, qos);
        await large.Take(topic, "fits", qos);
        await small.Take(topic, "fits", qos);
        await small.ExpectNothing();
    }

    // [MQTT-3.1.2-24] To the byte: a packet of exactly the size is sent, one byte more is not.
    [Fact]
    public async Task maximum_packet_size_counts_the_whole_packet()
    {
        string topic = Unique.Name("size/");
        byte[] exact = Packets.Publish(5, topic, new string('e', 50));
        await using RawClient client = await Connect(5, properties: Property.MaximumPacketSize((uint)exact.Length));
        await client.Subscribe(topic);
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, new string('e', 51));
        await publisher.Publish(topic, new string('e', 50));
        await client.Expect(exact);
    }

    // [MQTT-3.1.2-25] [MQTT-3.3.4-9] Dropped messages do not use up the window, also from the queue of a kept session.
    [Fact]
    public async Task queued_message_too_large_does_not_block_the_queue()
    {
        string topic = Unique.Name("size/");
        await using RawClient client = await Connect(5, keep: true);
        await client.Subscribe(topic, 1);
        await client.Leave();
        await using RawClient publisher = await Connect(5);
        for (int i = 0; i < 3; i++)
        {
            await publisher.Publish(topic, new string('x', 500), 1);
            await publisher.Publish(topic, $"{i}", 1);
        }

        byte[] limits = Wire.Join(Property.MaximumPacketSize(200), Property.ReceiveMaximum(1));
        await using RawClient resumed = await client.Resume(properties: limits);
        for (int i = 0; i < 3; i++)
        {
            await resumed.Take(topic, $"{i}", 1);
        }

        await resumed.ExpectNothing();
    }

    // [MQTT-3.2.2-15] 3.2.2.3.6: 0x95, as soon as the length is known. Without an announced limit there is none to
    // exceed.
    [Fact]
    public async Task packet_above_the_servers_maximum_is_refused()
    {
        await using RawClient client = await Connect(5);
        uint? maximum = client.Connack.Properties.Integer(0x27);
        if (maximum is null or >= 268_435_460)
        {
            return;
        }

        int remaining = (int)maximum.Value; // with the fixed header this is more than the maximum
        await client.Send([0x30, .. Wire.Variable(remaining), .. Wire.Text("t"), 0]);
        await client.ExpectRefusal(0x95);
    }
}

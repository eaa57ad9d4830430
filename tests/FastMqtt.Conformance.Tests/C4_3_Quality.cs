// Section 4.3, the delivery protocols of QoS 1 and QoS 2, and sections 3.4 to 3.7, their packets, the broker being the
// receiver in the first half and the sender in the second.

namespace FastMqtt.Conformance.Tests;

public sealed class C4_3_Quality
{
    // [MQTT-4.3.2-4] [MQTT3-4.3.2-2] [MQTT-3.4.2-1]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task qos_1_is_acknowledged_with_puback(int version)
    {
        string topic = Unique.Name("q/");
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic);
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Publish(version, topic, "m", 1, 0x0102));
        await client.Expect(0x40, 0x02, 0x01, 0x02);
    }

    // [MQTT-4.3.3-8] [MQTT-4.3.3-11] [MQTT3-4.3.3-2] [MQTT-3.5.2-1] [MQTT-3.7.2-1]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task qos_2_is_acknowledged_with_pubrec_and_pubcomp(int version)
    {
        string topic = Unique.Name("q/");
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic);
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Publish(version, topic, "m", 2, 0x0102));
        await client.Expect(0x50, 0x02, 0x01, 0x02);
        await client.Send(Packets.Pubrel(0x0102));
        await client.Expect(0x70, 0x02, 0x01, 0x02);
    }

    // 3.4.2.1: 0x10 is a server's choice where nobody subscribed, success is the other one.
    [Theory, InlineData(1), InlineData(2)]
    public async Task publish_without_subscribers_succeeds(int qos)
    {
        await using RawClient client = await Connect(5);
        await client.Send(Packets.Publish(5, Unique.Name("nobody/"), "m", qos, 1));
        int reason = await client.ReadAcknowledgement(qos == 1 ? 4 : 5, 1);
        Assert.True(reason is 0x00 or 0x10, $"0x{reason:X2}");
    }

    // [MQTT-4.3.2-5] [MQTT3-4.3.2-2] After PUBACK the identifier is free: DUP does not make it the same message.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task qos_1_identifier_used_again_is_a_new_message(int version)
    {
        string topic = Unique.Name("q/");
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic, 1);
        await using RawClient client = await Connect(version);
        foreach (string payload in new[] { "a", "b", "b" })
        {
            await client.Send(Packets.Publish(version, topic, payload, 1, 5, duplicate: payload == "b"));
            await client.ExpectAcknowledgement(4, 5);
            await subscriber.Take(topic, payload, 1);
        }
    }

    // [MQTT-4.3.3-10] [MQTT3-4.3.3-2]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task qos_2_repeated_before_pubrel_is_delivered_once(int version)
    {
        string topic = Unique.Name("q/");
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic, 2);
        await using RawClient client = await Connect(version);
        for (int i = 0; i < 3; i++)
        {
            await client.Send(Packets.Publish(version, topic, "m", 2, 5, duplicate: i > 0));
            await client.ExpectAcknowledgement(5, 5);
        }

        await client.Send(Packets.Pubrel(5));
        await client.ExpectAcknowledgement(7, 5);
        await subscriber.Take(topic, "m", 2);
        await subscriber.ExpectNothingFrom(client);
    }

    // [MQTT-4.3.3-12] [MQTT3-4.3.3-2]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task qos_2_identifier_used_again_after_pubcomp_is_a_new_message(int version)
    {
        string topic = Unique.Name("q/");
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic, 2);
        await using RawClient client = await Connect(version);
        foreach (string payload in new[] { "a", "b", "b" })
        {
            await client.Send(Packets.Publish(version, topic, payload, 2, 5));
            await client.ExpectAcknowledgement(5, 5);
            await client.Send(Packets.Pubrel(5));
            await client.ExpectAcknowledgement(7, 5);
            await subscriber.Take(topic, payload, 2);
        }
    }

    // [MQTT-4.3.3-11] Repeated PUBREL: 3.1.1 answers PUBCOMP again; 5.0 may say 0x92.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task pubrel_for_an_unknown_identifier_is_answered(int version)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Pubrel(77));
        int reason = await client.ReadAcknowledgement(7, 77);
        Assert.Equal(version == 5 ? 0x92 : 0, reason);
        await client.ExpectNothing();
    }

    // Acknowledgements for nothing are not answered and end nothing. 3.5, 4.3.3: 5.0 answers PUBREC with PUBREL 0x92.
    [Theory, InlineData(4), InlineData(5)]
    public async Task acknowledgements_of_nothing_do_no_harm(int version)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Puback(9), Packets.Pubcomp(9));
        await client.ExpectNothing();
        if (version == 5)
        {
            await client.Send(Packets.Pubrec(9));
            Assert.Equal(0x92, await client.ReadAcknowledgement(6, 9));
        }
    }

    // [MQTT-4.3.3-4] [MQTT-3.6.2-1] [MQTT3-4.3.3-1]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task server_sends_pubrel_after_pubrec(int version)
    {
        (RawClient subscriber, Delivery delivery) = await Deliver(version, 2);
        await using RawClient client = subscriber;
        await client.Send(Packets.Pubrec(delivery.Identifier));
        await client.Expect(Wire.Frame(0x62, Wire.Short(delivery.Identifier)));
        await client.Send(Packets.Pubcomp(delivery.Identifier));
        await client.ExpectNothing();
    }

    // [MQTT-4.4.0-2] [MQTT-4.3.3-4] A PUBREC with a failure ends the exchange: no PUBREL.
    [Fact]
    public async Task pubrec_with_a_failure_ends_the_exchange()
    {
        (RawClient subscriber, Delivery delivery) = await Deliver(5, 2);
        await using RawClient client = subscriber;
        await client.Send(Wire.Frame(0x50, Wire.Short(delivery.Identifier), [0x83]));
        await client.ExpectNothing();
        await client.Leave();
        await using RawClient resumed = await client.Resume();
        await resumed.ExpectNothing();
    }

    // [MQTT-4.4.0-2]
    [Fact]
    public async Task puback_with_a_failure_ends_the_exchange()
    {
        (RawClient subscriber, Delivery delivery) = await Deliver(5, 1);
        await using RawClient client = subscriber;
        await client.Send(Wire.Frame(0x40, Wire.Short(delivery.Identifier), [0x87]));
        await client.ExpectNothing();
        await client.Leave();
        await using RawClient resumed = await client.Resume();
        await resumed.ExpectNothing();
    }

    // 3.4.2.1, 3.4.2.2.1: reason and properties may be left out or written in full.
    [Theory]
    [InlineData("4002 ID"), InlineData("4003 ID 00"), InlineData("4004 ID 00 00"), InlineData("4003 ID 10")]
    [InlineData("400B ID 00 07 26 0001 61 0001 62"), InlineData("400A ID 00 06 1F 0003 616263")]
    public async Task every_form_of_puback_is_accepted(string packet)
    {
        (RawClient subscriber, Delivery delivery) = await Deliver(5, 1);
        await using RawClient client = subscriber;
        await client.Send(Wire.Hex(packet.Replace("ID", $"{delivery.Identifier:X4}", StringComparison.Ordinal)));
        await client.ExpectNothing();
        await client.Leave();
        await using RawClient resumed = await client.Resume();
        await resumed.ExpectNothing();
    }

    // Bodies that are too short, too long for 3.x, with foreign properties or reasons.
    [Theory]
    [InlineData(4, "4000"), InlineData(4, "4001 00"), InlineData(4, "4003 0001 00"), InlineData(4, "6201 00")]
    [InlineData(4, "7003 0001 00"), InlineData(4, "5000")]
    [InlineData(5, "4000"), InlineData(5, "5001 00"), InlineData(5, "6200"), InlineData(5, "7001 01")]
    [InlineData(5, "4006 0001 00 02 0100"), InlineData(5, "4005 0001 00 00 00"), InlineData(5, "4003 0001 05")]
    [InlineData(5, "6203 0001 80"), InlineData(5, "7003 0001 10")]
    public async Task malformed_acknowledgement_is_refused(int version, string packet)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Wire.Hex(packet));
        await client.ExpectRefusal(0x81, 0x82);
    }

    // A persistent subscriber with one unacknowledged delivery at this QoS.
    private static async Task<(RawClient Subscriber, Delivery Delivery)> Deliver(int version, int qos)
    {
        string topic = Unique.Name("q/");
        RawClient subscriber = await Connect(version, keep: true);
        await subscriber.Subscribe(topic, qos);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m", qos);
        return (subscriber, await subscriber.ReadPublish());
    }
}

// Chapter 2, the format of packets: types, reserved flags, remaining length, packet identifiers, property length.

namespace FastMqtt.Conformance.Tests;

public sealed class Chapter2_Format
{
    // [MQTT-2.1.3-1] [MQTT3-2.2.2-1] [MQTT3-2.2.2-2]
    // [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1] [MQTT-3.14.1-1] [MQTT-3.15.1-1]
    [Theory]
    [InlineData(4, "4102 0001")]
    [InlineData(4, "5102 0001")]
    [InlineData(4, "6002 0001")]
    [InlineData(4, "6302 0001")]
    [InlineData(4, "7102 0001")]
    [InlineData(4, "8006 0001 0001 61 00")]
    [InlineData(4, "8306 0001 0001 61 00")]
    [InlineData(4, "A005 0001 0001 61")]
    [InlineData(4, "C100")]
    [InlineData(4, "E100")]
    [InlineData(5, "4102 0001")]
    [InlineData(5, "5202 0001")]
    [InlineData(5, "6002 0001")]
    [InlineData(5, "6602 0001")]
    [InlineData(5, "7802 0001")]
    [InlineData(5, "8007 0001 00 0001 61 00")]
    [InlineData(5, "8A07 0001 00 0001 61 00")]
    [InlineData(5, "A006 0001 00 0001 61")]
    [InlineData(5, "C100")]
    [InlineData(5, "E100")]
    [InlineData(5, "F100")]
    public async Task reserved_flags_must_have_their_value(int version, string packet)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Wire.Hex(packet));
        await client.ExpectRefusal(0x81, 0x82);
    }

    // [MQTT-4.13.1-1] [MQTT3-4.8.0-1] Type 0 is reserved; the others flow from server to client only.
    [Theory]
    [InlineData(4, "0000")]
    [InlineData(4, "F000")] // AUTH does not exist before 5.0
    [InlineData(4, "2002 0000")]
    [InlineData(4, "9003 0001 00")]
    [InlineData(4, "B002 0001")]
    [InlineData(4, "D000")]
    [InlineData(5, "0000")]
    [InlineData(5, "2003 000000")]
    [InlineData(5, "9004 0001 00 00")]
    [InlineData(5, "B004 0001 00 00")]
    [InlineData(5, "D000")]
    public async Task packets_no_client_sends_are_refused(int version, string packet)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Wire.Hex(packet));
        await client.ExpectRefusal(0x81, 0x82);
    }

    // 2.1.4 (2.2.3): at most four bytes of remaining length.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task remaining_length_of_five_bytes_is_refused(int version)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Wire.Hex("30FFFFFFFF01"));
        await client.ExpectRefusal(0x81, 0x95);
    }

    // [MQTT-1.5.5-1] 3.1.1 does not forbid a longer form; it is not a 5.0 connection that is tested here.
    [Fact]
    public async Task remaining_length_must_be_minimal_in_5()
    {
        await using RawClient client = await Connect(5);
        await client.Send(Wire.Hex("C08000"));
        await client.ExpectRefusal(0x81);
    }

    // [MQTT-2.2.1-3] [MQTT3-2.3.1-1]
    [Theory]
    [InlineData(4, "3205 0001 61 0000")]
    [InlineData(4, "3405 0001 61 0000")]
    [InlineData(4, "8206 0000 0001 61 00")]
    [InlineData(4, "A205 0000 0001 61")]
    [InlineData(5, "3206 0001 61 0000 00")]
    [InlineData(5, "3406 0001 61 0000 00")]
    [InlineData(5, "8207 0000 00 0001 61 00")]
    [InlineData(5, "A206 0000 00 0001 61")]
    public async Task packet_identifier_zero_is_refused(int version, string packet)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Wire.Hex(packet));
        await client.ExpectRefusal(0x81, 0x82);
    }

    // [MQTT-2.2.1-2] [MQTT3-2.3.1-5] At QoS 0 the bytes after the topic are payload, not an identifier.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task publish_at_qos_0_has_no_packet_identifier(int version)
    {
        string topic = Unique.Name("q0/");
        await using RawClient client = await Connect(version);
        await client.Subscribe(topic, 2);
        byte[] properties = version == 5 ? [0] : [];
        byte[] publish = Wire.Frame(0x30, Wire.Text(topic), properties, [0x00, 0x01]);
        await client.Send(publish);
        await client.Expect(publish);
    }

    // [MQTT-2.2.1-5] [MQTT-2.2.1-6] [MQTT3-2.3.1-6] [MQTT3-2.3.1-7]
    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 0x8000)]
    [InlineData(4, 0xFFFF)]
    [InlineData(5, 1)]
    [InlineData(5, 0x8000)]
    [InlineData(5, 0xFFFF)]
    public async Task acknowledgements_carry_the_identifier_of_their_packet(int version, int id)
    {
        string topic = Unique.Name("id/");
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Publish(version, topic, "m", 1, id));
        await client.ExpectAcknowledgement(4, id);
        await client.Send(Packets.Publish(version, topic, "m", 2, id));
        await client.ExpectAcknowledgement(5, id);
        await client.Send(Packets.Pubrel(id));
        await client.ExpectAcknowledgement(7, id);
        await client.Send(Packets.Subscribe(version, id, (topic, 0)));
        await client.ReadSuback(id);
        await client.Send(Packets.Unsubscribe(version, id, topic));
        Assert.Equal(id, (await client.Read(11)).Identifier);
    }

    // [MQTT-2.2.1-4] [MQTT3-2.3.1-4] [MQTT-4.3.2-1] [MQTT-4.3.3-1] No identifier twice while it is in use.
    [Theory, InlineData(4), InlineData(5)]
    public async Task server_uses_each_packet_identifier_once_at_a_time(int version)
    {
        string topic = Unique.Name("ids/");
        await using RawClient client = await Connect(version);
        await client.Subscribe(topic, 2);
        await using RawClient publisher = await Connect(version);
        for (int i = 0; i < 10; i++)
        {
            await publisher.Publish(topic, "m", 1 + (i % 2));
        }

        var seen = new HashSet<int>();
        for (int i = 0; i < 10; i++)
        {
            Assert.True(seen.Add((await client.ReadPublish()).Identifier));
        }
    }

    // [MQTT-2.2.1-4] 2.2.1: client and server assign identifiers independently; the same number may be in use both
    // ways.
    [Theory, InlineData(4), InlineData(5)]
    public async Task both_directions_have_their_own_identifiers(int version)
    {
        string topic = Unique.Name("both/");
        await using RawClient client = await Connect(version);
        await client.Subscribe(topic, 2);
        await client.Send(Packets.Publish(version, topic, "a", 2, 1));
        await client.ReadAmid(5, 1);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "b", 2);
        Delivery first = await client.ReadPublish(); // "a" if the broker delivers at PUBLISH, "b" if at PUBREL
        await client.Acknowledge(first);
        await client.Send(Packets.Pubrel(1));
        await client.ReadAmid(7, 1);
        Delivery second = await client.ReadPublish();
        await client.Acknowledge(second);
        Assert.Equal(["a", "b"], new[] { first.Payload, second.Payload }.Order());
        await client.ExpectNothing();
    }

    // [MQTT-2.2.2-1] Property length zero is written where it may not be left out.
    [Fact]
    public async Task absent_properties_are_a_length_of_zero()
    {
        string topic = Unique.Name("p/");
        await using RawClient client = await Connect(5);
        await client.Send(Packets.Subscribe(5, 7, (topic, 0)));
        await client.Expect(0x90, 0x04, 0x00, 0x07, 0x00, 0x00);
        await client.Send(Packets.Unsubscribe(5, 8, topic));
        await client.Expect(0xB0, 0x04, 0x00, 0x08, 0x00, 0x00);
    }

    // [MQTT-2.2.2-1] [MQTT-4.13.1-1] The property length is missing, too short, or longer than the packet.
    [Theory]
    [InlineData("3003 0001 61")]
    [InlineData("3006 0001 61 05 0101")]
    [InlineData("3005 0001 61 01 01")]
    [InlineData("8205 0001 0001 61")]
    [InlineData("8203 0001 10")]
    [InlineData("4004 0001 00 05")]
    public async Task property_length_must_fit_its_packet(string packet)
    {
        await using RawClient client = await Connect(5);
        await client.Send(Wire.Hex(packet));
        await client.ExpectRefusal(0x81, 0x82);
    }

    // 2.2.2.2: a property the packet may not have, and one that may be there only once.
    [Theory]
    [InlineData("11 00000001")] // Session Expiry Interval in PUBLISH
    [InlineData("21 0001")] // Receive Maximum in PUBLISH
    [InlineData("1F 0001 61")] // Reason String in PUBLISH
    [InlineData("01 00 01 00")]
    [InlineData("02 00000005 02 00000005")]
    [InlineData("03 0001 61 03 0001 61")]
    [InlineData("08 0001 61 08 0001 61")]
    [InlineData("09 0001 61 09 0001 61")]
    [InlineData("23 0001 23 0001")]
    [InlineData("01 02")] // Payload Format Indicator 2
    [InlineData("00 00")]
    [InlineData("80 01")]
    public async Task illegal_publish_property_is_refused(string properties)
    {
        await using RawClient client = await Connect(5);
        await client.Send(Packets.Publish(5, Unique.Name(), properties: Wire.Hex(properties)));
        await client.ExpectRefusal(0x81, 0x82, 0x94);
    }

    // Packets may be cut anywhere by the network and come many to a segment [MQTT-4.2-1] [MQTT3-7.1.1-1].
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task packets_split_at_every_byte_are_put_together(int version)
    {
        string topic = Unique.Name("split/");
        await using RawClient client = await RawClient.Open(version);
        byte[] subscribe = Packets.Subscribe(version, 1, (topic, 1));
        byte[] publish = Packets.Publish(version, topic, "hello", 1, 9);
        foreach (byte one in Wire.Join(Packets.Connect(version, Unique.Name()), subscribe, publish, Packets.Pingreq))
        {
            await client.Send([one]);
        }

        await client.ReadConnack();
        Assert.Equal([1], await client.ReadSuback(1));
        Received[] rest = [await client.Read(), await client.Read(), await client.Read()];
        Assert.Equal([3, 4, 13], Array.ConvertAll(rest, packet => packet.Type).Order());
    }
}

// Section 3.1, CONNECT: that it comes first and once, its name, level, flags and payload. Sessions, identifiers, wills
// and keep alive have classes of their own.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_1_Connect
{
    // [MQTT-3.1.4-5] [MQTT-3.2.0-1] [MQTT3-3.1.4-4] [MQTT3-3.2.0-1]
    [Theory, InlineData(3), InlineData(4)]
    public async Task connect_is_answered_by_connack_without_session(int version)
    {
        await using RawClient client = await RawClient.Open(version);
        await client.Send(Packets.Connect(version, Unique.Name()));
        await client.Expect(0x20, 0x02, 0x00, 0x00);
    }

    // [MQTT-3.1.4-5] [MQTT-3.2.2-1]
    [Fact]
    public async Task connect_5_is_answered_by_connack_success()
    {
        await using RawClient client = await RawClient.Open(5);
        await client.Send(Packets.Connect(5, Unique.Name()));
        Connack connack = await client.ReadConnack();
        Assert.False(connack.SessionPresent);
    }

    // [MQTT-3.1.0-1] 5.0: nothing but CONNACK may come before a CONNACK, so a plain close in every version
    // [MQTT-3.14.0-1].
    [Theory]
    [InlineData("C000")] // PINGREQ
    [InlineData("E000")] // DISCONNECT
    [InlineData("3005 0001 61 7879")] // PUBLISH
    [InlineData("8206 0001 0001 61 00")] // SUBSCRIBE
    [InlineData("A205 0001 0001 61")] // UNSUBSCRIBE
    [InlineData("4002 0001")] // PUBACK
    [InlineData("F000")] // AUTH
    [InlineData("2002 0000")] // CONNACK
    public async Task first_packet_must_be_connect(string packet)
    {
        await using RawClient client = await RawClient.Open(5);
        await client.Send(Wire.Hex(packet));
        await client.ExpectClose();
    }

    // [MQTT-3.1.0-2]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task second_connect_is_a_protocol_error(int version)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Connect(version, client.Identifier));
        await client.ExpectRefusal(0x82);
    }

    // [MQTT-3.1.0-2] The will is published: the connection did not end with DISCONNECT.
    [Theory, InlineData(4), InlineData(5)]
    public async Task second_connect_publishes_the_will(int version)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Connect(version);
        await watcher.Subscribe(topic);
        await using RawClient client = await Connect(version, will: new Will(topic));
        await client.Send(Packets.Connect(version, client.Identifier));
        await watcher.Take(topic, "gone");
    }

    // [MQTT-3.1.2-1] [MQTT3-3.1.2-1]
    [Theory]
    [InlineData("MQTS", 4)]
    [InlineData("mqtt", 4)]
    [InlineData("MQTTX", 4)]
    [InlineData("", 4)]
    [InlineData("MQIsdq", 3)]
    [InlineData("mqtt", 5)]
    [InlineData("HTTP", 5)]
    public async Task wrong_protocol_name_is_refused(string name, int level)
    {
        await using RawClient client = await RawClient.Open(5);
        byte[] properties = level == 5 ? [0] : [];
        byte[] rest = Wire.Text(Unique.Name());
        await client.Send(Wire.Frame(0x10, Wire.Text(name), [(byte)level, 0x02, 0, 60], properties, rest));
        await client.ExpectConnectAnsweredByClose();
    }

    // [MQTT3-3.1.2-2] CONNACK 0x01 and a close. [MQTT-3.1.2-2] 0x84 is a server's choice; the close is not.
    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(6), InlineData(7), InlineData(0x7F), InlineData(0xFF)]
    public async Task unknown_protocol_level_is_refused(int level)
    {
        await using RawClient client = await RawClient.Open(4);
        await client.Send(Wire.Frame(0x10, Wire.Text("MQTT"), [(byte)level, 0x02, 0, 60], Wire.Text(Unique.Name())));
        await client.ExpectConnectAnsweredByClose();
    }

    // [MQTT-3.1.2-3] [MQTT3-3.1.2-3]
    [Theory, InlineData(4), InlineData(5)]
    public async Task reserved_connect_flag_is_refused(int version)
    {
        await using RawClient client = await RawClient.Open(version);
        await client.Send(Packets.ConnectRaw(version, 0x03, 60, null, Wire.Text(Unique.Name())));
        await client.ExpectConnectRefused(0, 0x81);
    }

    // MQTT 3.1 leaves the bit unused, and old clients set it.
    [Fact]
    public async Task reserved_connect_flag_is_tolerated_in_3_1()
    {
        await using RawClient client = await RawClient.Open(3);
        await client.Send(Packets.ConnectRaw(3, 0x03, 60, null, Wire.Text(Unique.Name())));
        await client.Expect(0x20, 0x02, 0x00, 0x00);
    }

    // [MQTT-3.1.2-11] [MQTT-3.1.2-13] [MQTT3-3.1.2-11] [MQTT3-3.1.2-13] [MQTT3-3.1.2-15]
    [Theory]
    [InlineData(4, 0x0A)]
    [InlineData(4, 0x12)]
    [InlineData(4, 0x22)]
    [InlineData(5, 0x0A)]
    [InlineData(5, 0x12)]
    [InlineData(5, 0x22)]
    public async Task will_qos_and_will_retain_without_will_flag_are_refused(int version, int flags)
    {
        await using RawClient client = await RawClient.Open(version);
        await client.Send(Packets.ConnectRaw(version, flags, 60, null, Wire.Text(Unique.Name())));
        await client.ExpectConnectRefused(0, 0x81, 0x82);
    }

    // [MQTT-3.1.2-12] [MQTT3-3.1.2-14]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task will_qos_3_is_refused(int version)
    {
        await using RawClient client = await RawClient.Open(version);
        byte[] properties = version == 5 ? [0] : [];
        byte[] payload = Wire.Join(Wire.Text(Unique.Name()), properties, Wire.Text("t"), Wire.Text("p"));
        await client.Send(Packets.ConnectRaw(version, 0x1E, 60, null, payload));
        await client.ExpectConnectRefused(0, 0x81, 0x82);
    }

    // [MQTT3-3.1.2-22] 5.0 allows a password without a user name.
    [Fact]
    public async Task password_without_user_name_is_refused_in_3_1_1()
    {
        await using RawClient client = await RawClient.Open(4);
        await client.Send(Packets.ConnectRaw(4, 0x42, 60, null, Wire.Join(Wire.Text(Unique.Name()), Wire.Text("pw"))));
        await client.ExpectConnectRefused(0);
    }

    // [MQTT-3.1.2-19] 3.1.2.9: unlike 3.1.1 a password may come alone.
    [Fact]
    public async Task password_without_user_name_is_accepted_in_5()
    {
        await using RawClient client = await RawClient.Open(5);
        await client.Send(Packets.Connect(5, Unique.Name(), password: "pw"));
        await client.ReadConnack();
    }

    // [MQTT-3.1.2-17] [MQTT-3.1.2-19] [MQTT3-3.1.2-19] [MQTT3-3.1.2-21]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task user_name_and_password_are_accepted_by_an_anonymous_listener(int version)
    {
        await using RawClient client = await RawClient.Open(version);
        await client.Send(Packets.Connect(version, Unique.Name(), userName: "user", password: "secret"));
        await client.ReadConnack();
    }

    // [MQTT-3.1.2-9] [MQTT-3.1.2-17] [MQTT-3.1.2-19] [MQTT3-3.1.2-9] [MQTT3-3.1.2-19] [MQTT3-3.1.2-21]
    [Theory]
    [InlineData(4, 0x06)]
    [InlineData(4, 0x82)]
    [InlineData(4, 0xC2)]
    [InlineData(5, 0x06)]
    [InlineData(5, 0x82)]
    [InlineData(5, 0x42)]
    public async Task field_announced_by_a_flag_and_missing_is_refused(int version, int flags)
    {
        await using RawClient client = await RawClient.Open(version);
        await client.Send(Packets.ConnectRaw(version, flags, 60, null, Wire.Text(Unique.Name())));
        await client.ExpectConnectRefused(0, 0x81);
    }

    // [MQTT-3.1.2-16] [MQTT-3.1.2-18] [MQTT-3.1.3-1] [MQTT3-3.1.2-18] [MQTT3-3.1.2-20] [MQTT3-3.1.2-11]
    [Theory, InlineData(4), InlineData(5)]
    public async Task bytes_after_the_last_field_are_refused(int version)
    {
        await using RawClient client = await RawClient.Open(version);
        byte[] payload = Wire.Join(Wire.Text(Unique.Name()), Wire.Text("user"));
        await client.Send(Packets.ConnectRaw(version, 0x02, 60, null, payload));
        await client.ExpectConnectRefused(0, 0x81);
    }

    // [MQTT-3.1.4-1] Truncated anywhere in the variable header or the payload.
    [Theory]
    [InlineData("1000")]
    [InlineData("1002 0004")]
    [InlineData("1006 0004 4D515454")]
    [InlineData("1007 0004 4D515454 05")]
    [InlineData("1008 0004 4D515454 0502")]
    [InlineData("100A 0004 4D515454 0502 003C")]
    [InlineData("100B 0004 4D515454 0502 003C 00")]
    [InlineData("100D 0004 4D515454 0502 003C 00 0005")]
    [InlineData("100A 0004 4D515454 0402 003C")]
    [InlineData("100C 0004 4D515454 0402 003C 0005")]
    [InlineData("100D 0004 4D515454 0502 003C 05 0000")]
    public async Task truncated_connect_is_refused(string packet)
    {
        await using RawClient client = await RawClient.Open(5);
        await client.Send(Wire.Hex(packet));
        await client.ExpectConnectAnsweredByClose();
    }

    // [MQTT-2.1.3-1] [MQTT3-2.2.2-2]
    [Theory, InlineData(0x11), InlineData(0x12), InlineData(0x14), InlineData(0x18)]
    public async Task fixed_header_flags_of_connect_must_be_zero(int first)
    {
        await using RawClient client = await RawClient.Open(4);
        byte[] connect = Packets.Connect(4, Unique.Name());
        connect[0] = (byte)first;
        await client.Send(connect);
        await client.ExpectConnectRefused(0);
    }

    // [MQTT-3.1.3-11] [MQTT-3.1.3-12] [MQTT3-3.1.3-10] [MQTT3-3.1.3-11]
    [Theory]
    [InlineData(4, 0x82, "0001 FF")]
    [InlineData(5, 0x82, "0001 FF")]
    [InlineData(4, 0x06, "0001 FF 0001 70")]
    [InlineData(5, 0x06, "00 0001 FF 0001 70")]
    public async Task user_name_and_will_topic_must_be_utf8(int version, int flags, string rest)
    {
        await using RawClient client = await RawClient.Open(version);
        byte[] payload = Wire.Join(Wire.Text(Unique.Name()), Wire.Hex(rest));
        await client.Send(Packets.ConnectRaw(version, flags, 60, null, payload));
        await client.ExpectConnectRefused(0, 0x81);
    }

    // 3.1.2.11: values outside the allowed range, properties twice, properties of other packets.
    [Theory]
    [InlineData("21 0000")] // Receive Maximum 0
    [InlineData("27 00000000")] // Maximum Packet Size 0
    [InlineData("17 02")] // Request Problem Information 2
    [InlineData("19 02")] // Request Response Information 2
    [InlineData("11 00000001 11 00000001")] // Session Expiry Interval twice
    [InlineData("21 0001 21 0001")] // Receive Maximum twice
    [InlineData("22 0001 22 0001")] // Topic Alias Maximum twice
    [InlineData("16 0001 61")] // Authentication Data without Method
    [InlineData("23 0001")] // Topic Alias: not a property of CONNECT
    [InlineData("0B 01")] // Subscription Identifier: not a property of CONNECT
    [InlineData("24 01")] // Maximum QoS: a server's property
    [InlineData("7F 00")] // no such property
    [InlineData("26 0001 61")] // a user property that ends too early
    public async Task illegal_connect_property_is_refused(string property)
    {
        await using RawClient client = await RawClient.Open(5);
        await client.Send(Packets.Connect(5, Unique.Name(), properties: Wire.Hex(property)));
        await client.ExpectConnectRefused(0, 0x81, 0x82);
    }

    [Fact]
    public async Task every_connect_property_is_accepted()
    {
        await using RawClient client = await RawClient.Open(5);
        byte[] properties = Wire.Join(
            Property.SessionExpiryInterval(1),
            Property.ReceiveMaximum(10),
            Property.MaximumPacketSize(1000),
            Property.TopicAliasMaximum(5),
            Property.RequestResponseInformation(1),
            Property.RequestProblemInformation(0),
            Property.UserProperty("a", "b"),
            Property.UserProperty("a", "b"));
        await client.Send(Packets.Connect(5, Unique.Name(), properties: properties));
        await client.ReadConnack();
    }

    // [MQTT-3.1.4-6] [MQTT3-3.1.4-5]
    [Theory, InlineData(4), InlineData(5)]
    public async Task data_after_a_refused_connect_is_not_processed(int version)
    {
        string topic = Unique.Name("refused/");
        await using RawClient watcher = await Connect(version);
        await watcher.Subscribe(topic);
        await using RawClient client = await RawClient.Open(version);
        byte[] connect = Packets.ConnectRaw(version, 0x03, 60, null, Wire.Text(Unique.Name()));
        await client.Send(connect, Packets.Publish(version, topic));
        await client.ExpectConnectRefused(0, 0x81);
        await using RawClient other = await Connect(version);
        await watcher.ExpectNothingFrom(other);
    }

    // 3.1.4: a client need not wait for CONNACK before it sends more.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task packets_sent_before_connack_are_processed_after_it(int version)
    {
        await using RawClient client = await RawClient.Open(version);
        byte[] subscribe = Packets.Subscribe(version, 1, (Unique.Name("early/"), 0));
        await client.Send(Packets.Connect(version, Unique.Name()), subscribe, Packets.Pingreq);
        await client.ReadConnack();
        Assert.Equal([0], await client.ReadSuback(1));
        await client.Expect(Packets.Pingresp);
    }
}

// Section 3.2, CONNACK: its flags and return codes, and the properties a server may set. Reads what the broker
// announces and checks that the values are legal; that they are kept is tested with the packets they limit.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_2_Connack
{
    // [MQTT-3.2.0-2]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task connack_is_sent_once(int version)
    {
        await using RawClient client = await Connect(version);
        await client.ExpectNothing();
        await client.Subscribe(Unique.Name());
        await client.ExpectNothing();
    }

    // 3.2.2.3: the value ranges of what is announced.
    [Fact]
    public async Task announced_properties_are_legal()
    {
        await using RawClient client = await Connect(5);
        PropertyList properties = client.Connack.Properties;
        Assert.NotEqual(0u, properties.Integer(0x21)); // Receive Maximum
        Assert.NotEqual(0u, properties.Integer(0x27)); // Maximum Packet Size
        Assert.True(properties.Integer(0x24) is null or 0 or 1); // Maximum QoS: 2 is said by absence
        foreach (int available in new[] { 0x25, 0x28, 0x29, 0x2A })
        {
            Assert.True(properties.Integer(available) is null or 0 or 1);
        }

        foreach (int foreign in new[] { 0x01, 0x02, 0x03, 0x08, 0x09, 0x0B, 0x17, 0x18, 0x19, 0x23 })
        {
            Assert.False(properties.Has(foreign), $"property 0x{foreign:X2} does not belong into CONNACK");
        }
    }

    // FastMqtt supports all of it and must not announce otherwise. [MQTT-3.2.2-9]
    [Fact]
    public async Task every_feature_is_available()
    {
        await using RawClient client = await Connect(5);
        PropertyList properties = client.Connack.Properties;
        Assert.Null(properties.Integer(0x24));
        foreach (int available in new[] { 0x25, 0x28, 0x29, 0x2A })
        {
            Assert.NotEqual(0u, properties.Integer(available));
        }
    }

    // [MQTT-4.12.0-6] [MQTT-3.1.2-28]
    [Theory, InlineData(null), InlineData(0)]
    public async Task response_information_is_sent_only_when_requested(int? request)
    {
        byte[] properties = request is null ? [] : Property.RequestResponseInformation(request.Value);
        await using RawClient client = await Connect(5, properties: properties);
        Assert.False(client.Connack.Properties.Has(0x1A));
        Assert.False(client.Connack.Properties.Has(0x15));
        Assert.False(client.Connack.Properties.Has(0x16));
    }

    // [MQTT-3.2.2-22] Either the client's value counts, or the server says another one.
    [Fact]
    public async Task server_keep_alive_is_sent_when_it_differs()
    {
        await using RawClient client = await Connect(5, keepAlive: 30);
        Assert.NotEqual(30u, client.Connack.Properties.Integer(0x13));
    }

    // 3.2.2.3.2: the server says which Session Expiry Interval it uses if it is not the one asked for.
    [Fact]
    public async Task session_expiry_interval_is_kept_or_announced()
    {
        await using RawClient client = await Connect(5, properties: Property.SessionExpiryInterval(30));
        uint? announced = client.Connack.Properties.Integer(0x11);
        Assert.True(announced is null or < 30, $"{announced}");
    }

    // [MQTT-3.2.2-19] [MQTT-3.2.2-20] [MQTT-3.1.2-24] Nothing optional when the client can take only a few bytes.
    [Fact]
    public async Task connack_respects_the_maximum_packet_size()
    {
        await using RawClient client = await Connect(5, properties: Property.MaximumPacketSize(40));
        Assert.True(client.Connack.Packet.Bytes.Length <= 40, client.Connack.Packet.ToString());
        Assert.False(client.Connack.Properties.Has(0x1F));
        Assert.Empty(client.Connack.Properties.User);
    }

    // [MQTT-3.2.2-6] [MQTT-3.2.2-7] [MQTT-3.2.2-8]
    [Fact]
    public async Task failing_connack_has_no_session_and_closes()
    {
        await using RawClient first = await Connect(5, keep: true);
        await first.Leave();
        await using RawClient client = await RawClient.Open(5);
        byte[] properties = Wire.Join(Property.SessionExpiryInterval(3600), Property.AuthenticationMethod("X"));
        await client.Send(Packets.Connect(5, first.Identifier, clean: false, properties: properties));
        await client.ExpectConnectRefused(0, 0x8C);
        await using RawClient again = await first.Resume(); // the refused CONNECT left the session alone
        await again.ExpectNothing();
    }
}

// Sections 3.15 and 4.12: enhanced authentication, of which this release offers no method.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_15_Auth
{
    // [MQTT-4.12.0-1] [MQTT-4.12.0-4] [MQTT-3.1.4-2] 0x8C, Bad authentication method
    [Theory, InlineData(false), InlineData(true)]
    public async Task connect_with_an_unknown_method_is_refused(bool withData)
    {
        await using RawClient client = await RawClient.Open(5);
        byte[] data = withData ? Property.AuthenticationData(1, 2) : [];
        byte[] properties = Wire.Join(Property.AuthenticationMethod("SCRAM-SHA-1"), data);
        await client.Send(Packets.Connect(5, Unique.Name(), properties: properties));
        Connack connack = await client.ReadConnack(0x8C);
        Assert.False(connack.SessionPresent);
        await client.ExpectClose();
    }

    // [MQTT-4.12.0-7] 3.15, 4.12: a protocol error without a method in CONNECT.
    [Theory]
    [InlineData("F000")]
    [InlineData("F002 19 00")]
    [InlineData("F006 18 04 15 0001 78")]
    public async Task auth_without_a_method_in_connect_is_a_protocol_error(string packet)
    {
        await using RawClient client = await Connect(5);
        await client.Send(Wire.Hex(packet));
        await client.ExpectRefusal(0x82, 0x81, 0x8C);
    }

    // [MQTT-4.12.0-6]
    [Fact]
    public async Task server_sends_no_auth_without_a_method()
    {
        await using RawClient client = await Connect(5);
        Assert.False(client.Connack.Properties.Has(0x15));
        await client.ExpectNothing();
    }
}

// Section 4.13, handling errors, and what a client that asked for no problem information is spared.

namespace FastMqtt.Conformance.Tests;

public sealed class C4_13_Errors
{
    // [MQTT-3.1.2-29] Neither Reason String nor User Property outside CONNACK, DISCONNECT and PUBLISH.
    [Fact]
    public async Task no_problem_information_for_a_client_that_wants_none()
    {
        await using RawClient client = await Connect(5, properties: Property.RequestProblemInformation(0));
        await client.Send(Packets.Subscribe(5, 1, (Unique.Name(), 0), ("$share/g/", 0)));
        await Check(client, 9, 2);
        await client.Send(Packets.Unsubscribe(5, 2, Unique.Name()));
        await Check(client, 11, 2);
        await client.Send(Packets.Publish(5, "$SYS/x", "m", 1, 3));
        await Check(client, 4, 3);
        await client.Send(Packets.Publish(5, "$SYS/x", "m", 2, 4));
        await Check(client, 5, 3);
        await client.Send(Packets.Pubrel(5));
        await Check(client, 7, 3);
        await client.Send(Packets.Pubrec(6));
        await Check(client, 6, 3);
    }

    // [MQTT-4.13.2-1] [MQTT-3.14.4-2] A DISCONNECT of the server is followed by a close, and by nothing else.
    [Fact]
    public async Task server_disconnect_is_the_last_packet()
    {
        string topic = Unique.Name("last/");
        await using RawClient client = await Connect(5);
        await client.Subscribe(topic);
        await client.Send(Packets.Publish(5, topic, "m"), Wire.Hex("0000"), Packets.Pingreq);
        await client.Take(topic, "m");
        await client.ExpectRefusal(0x81, 0x82);
    }

    // [MQTT-3.14.2-3] [MQTT-3.14.2-4] [MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.7.2-2] [MQTT-3.7.2-3] [MQTT-3.11.2-1]
    // [MQTT-3.11.2-2] [MQTT-3.5.2-2] [MQTT-3.5.2-3] [MQTT-3.6.2-2] [MQTT-3.6.2-3] Optional properties are left out
    // where they do not fit; the packets themselves still come.
    [Fact]
    public async Task answers_fit_into_a_tiny_maximum_packet_size()
    {
        await using RawClient client = await Connect(5, properties: Property.MaximumPacketSize(30));
        await client.Send(Packets.Publish(5, "$SYS/x", "m", 1, 1));
        await Small(client, 4);
        await client.Send(Packets.Publish(5, "$SYS/x", "m", 2, 2));
        await Small(client, 5);
        await client.Send(Packets.Pubrel(3));
        await Small(client, 7);
        await client.Send(Packets.Pubrec(4));
        await Small(client, 6);
        await client.Send(Packets.Unsubscribe(5, 5, Unique.Name()));
        await Small(client, 11);
        await client.Send(Wire.Hex("0000"));
        await Small(client, 14);
        await client.ExpectClose();
    }

    // [MQTT-4.3.3-9] A PUBREC with a failure ends the exchange for the receiver too: the identifier is new at once.
    [Fact]
    public async Task refused_qos_2_message_frees_its_identifier()
    {
        string topic = Unique.Name("free/");
        await using RawClient watcher = await Connect(5);
        await watcher.Subscribe(topic, 2);
        await using RawClient client = await Connect(5);
        await client.Send(Packets.Publish(5, "$SYS/x", "m", 2, 7));
        Assert.Equal(0x87, await client.ReadAcknowledgement(5, 7));
        await client.Send(Packets.Publish(5, topic, "new", 2, 7));
        await client.ExpectAcknowledgement(5, 7);
        await client.Send(Packets.Pubrel(7));
        await client.ExpectAcknowledgement(7, 7);
        await watcher.Take(topic, "new", 2);
    }

    private static async Task Small(RawClient client, int type)
    {
        Received packet = await client.Read(type);
        Assert.True(packet.Bytes.Length <= 30, packet.ToString());
    }

    private static async Task Check(RawClient client, int type, int offset)
    {
        Received packet = await client.Read(type);
        if (packet.Body.Length > offset)
        {
            PropertyList properties = PropertyList.Read(packet.Body, offset);
            Assert.False(properties.Has(0x1F), packet.ToString());
            Assert.Empty(properties.User);
        }
    }
}

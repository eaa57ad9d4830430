// The usual exchanges of several packets, each checked packet by packet: connect, subscribe, publish at a quality of
// service, take a delivery and acknowledge it. Tests of one of these exchanges write it out instead of calling it.

namespace FastMqtt.Conformance.Tests.Harness;

internal static class Conversation
{
    // `keep`: resume the session if there is one and keep it afterwards (5.0: Session Expiry Interval of an hour).
    public static async Task<RawClient> Connect(
        int version,
        string? id = null,
        bool keep = false,
        int keepAlive = 60,
        byte[]? properties = null,
        Will? will = null)
    {
        RawClient client = await RawClient.Open(version);
        client.Identifier = id ?? Unique.Name();
        byte[] expiry = keep && version == 5 ? Property.SessionExpiryInterval(3600) : [];
        byte[] all = Wire.Join(expiry, properties ?? []);
        await client.Send(Packets.Connect(version, client.Identifier, !keep, keepAlive, all, will));
        await client.ReadConnack();
        return client;
    }

    public static async Task<Connack> ReadConnack(this RawClient client, int reason = 0)
    {
        var connack = new Connack(client.Version, await client.Read(2));
        Assert.True(connack.Reason == reason, $"CONNACK with 0x{reason:X2} expected, got {connack.Packet}");
        client.Connack = connack;
        return connack;
    }

    // Refused before acceptance. 3.x: a close, or CONNACK with `returnCode` when there is one. 5.0: a CONNACK with one
    // of the reasons is allowed but not required; either way the connection ends.
    public static async Task ExpectConnectRefused(this RawClient client, int returnCode, params int[] reasons)
    {
        Received? packet = await client.TryRead();
        if (client.Version < 5 && returnCode != 0)
        {
            Assert.NotNull(packet);
            Assert.Equal(Wire.Hex($"2002 00{returnCode:X2}"), packet.Bytes);
            await client.ExpectClose();
        }
        else if (packet is not null)
        {
            Assert.True(client.Version == 5, $"a close without CONNACK was expected, got {packet}");
            var connack = new Connack(5, packet);
            Assert.Contains(connack.Reason, reasons);
            Assert.False(connack.SessionPresent); // [MQTT-3.2.2-6]
            await client.ExpectClose(); // [MQTT-3.2.2-7]
        }
    }

    // The broker cannot know which version such a CONNECT meant: it may say so in either CONNACK, and must close.
    public static async Task ExpectConnectAnsweredByClose(this RawClient client)
    {
        Received? packet = await client.TryRead();
        if (packet is not null)
        {
            Assert.Equal(0x20, packet.Bytes[0]);
            Assert.Equal(0, packet.Body[0]);
            Assert.True(packet.Body[1] is 0x01 or >= 0x80, $"CONNACK with 0x01 or a failure expected, got {packet}");
            await client.ExpectClose();
        }
    }

    public static async Task<byte[]> Subscribe(
        this RawClient client, string filter, int options = 0, byte[]? properties = null)
    {
        int id = client.NextIdentifier();
        await client.Send(Packets.Subscribe(client.Version, id, properties, (filter, options)));
        return await client.ReadSuback(id);
    }

    public static async Task<byte[]> ReadSuback(this RawClient client, int id)
    {
        Received packet = await client.Read(9);
        Assert.Equal(id, packet.Identifier); // [MQTT-3.8.4-2]
        int properties = client.Version == 5 ? PropertyList.Read(packet.Body, 2).Length : 0;
        return packet.Body[(2 + properties)..];
    }

    // A filter that breaks the rules: a failure code in SUBACK, or the end of the connection; a server has the choice.
    public static async Task ExpectFilterRefused(this RawClient client, int id, params int[] reasons)
    {
        Received? packet = await client.TryRead();
        if (packet is { Type: 9 })
        {
            Assert.Equal(id, packet.Identifier);
            byte code = packet.Body[^1];
            Assert.True(client.Version == 5 ? Array.IndexOf(reasons, code) >= 0 : code == 0x80, packet.ToString());
        }
        else if (client.Version == 5)
        {
            Assert.NotNull(packet);
            Assert.Equal(14, packet.Type);
            Assert.Contains(packet.Body[0], reasons.Select(reason => (byte)reason));
            await client.ExpectClose();
        }
        else
        {
            Assert.Null(packet);
        }
    }

    public static async Task<byte[]> Unsubscribe(this RawClient client, params string[] filters)
    {
        int id = client.NextIdentifier();
        await client.Send(Packets.Unsubscribe(client.Version, id, filters));
        Received packet = await client.Read(11);
        Assert.Equal(id, packet.Identifier);
        int properties = client.Version == 5 ? PropertyList.Read(packet.Body, 2).Length : 0;
        return packet.Body[(2 + properties)..];
    }

    // Publishes and completes the handshake; what comes back must be the acknowledgements and nothing else.
    public static async Task Publish(
        this RawClient client,
        string topic,
        string payload = "x",
        int qos = 0,
        bool retain = false,
        byte[]? properties = null)
    {
        int id = qos > 0 ? client.NextIdentifier() : 0;
        await client.Send(Packets.Publish(client.Version, topic, payload, qos, id, retain, false, properties));
        if (qos == 1)
        {
            await client.ExpectAcknowledgement(4, id);
        }
        else if (qos == 2)
        {
            await client.ExpectAcknowledgement(5, id);
            await client.Send(Packets.Pubrel(id));
            await client.ExpectAcknowledgement(7, id);
        }
    }

    // PUBACK, PUBREC, PUBREL or PUBCOMP with this identifier; returns its reason code, which must not be a failure.
    public static async Task<int> ExpectAcknowledgement(this RawClient client, int type, int id)
    {
        int reason = await client.ReadAcknowledgement(type, id);
        Assert.True(reason < 0x80, $"reason 0x{reason:X2}");
        return reason;
    }

    public static async Task<int> ReadAcknowledgement(this RawClient client, int type, int id)
    {
        Received packet = await client.Read(type);
        Assert.Equal(id, packet.Identifier);
        Assert.Equal(type == 6 ? 2 : 0, packet.Flags);
        if (client.Version < 5)
        {
            Assert.Equal(2, packet.Body.Length);
        }
        else if (packet.Body.Length > 3)
        {
            Assert.Equal(packet.Body.Length, 3 + PropertyList.Read(packet.Body, 3).Length);
        }

        return packet.Body.Length > 2 ? packet.Body[2] : 0;
    }

    public static async Task<Delivery> ReadPublish(this RawClient client) => new(client.Version, await client.Read(3));

    // The next delivery, compared, and acknowledged to its end.
    public static async Task<Delivery> Take(this RawClient client, string topic, string payload, int qos = 0)
    {
        Delivery delivery = await client.ReadPublish();
        Assert.Equal(topic, delivery.Topic);
        Assert.Equal(payload, delivery.Payload);
        Assert.Equal(qos, delivery.QoS);
        await client.Acknowledge(delivery);
        return delivery;
    }

    public static async Task Acknowledge(this RawClient client, Delivery delivery)
    {
        if (delivery.QoS == 1)
        {
            await client.Send(Packets.Puback(delivery.Identifier));
        }
        else if (delivery.QoS == 2)
        {
            await client.Send(Packets.Pubrec(delivery.Identifier));
            await client.ReadAmid(6, delivery.Identifier);
            await client.Send(Packets.Pubcomp(delivery.Identifier));
        }
    }

    // Nothing of what `publisher` sent before is delivered: a message sent after it on a topic of this client's own is
    // the next thing that comes. A PINGREQ alone would not wait for a message still on its way between two connections.
    public static async Task ExpectNothingFrom(this RawClient client, RawClient publisher)
    {
        string sentinel = Unique.Name("sentinel/");
        await client.Subscribe(sentinel);
        await publisher.Publish(sentinel, "end");
        await client.Take(sentinel, "end");
    }

    public static async Task Leave(this RawClient client)
    {
        await client.Send(Packets.Disconnect());
        await client.ExpectClose();
    }

    // Connects again with the kept session; the last connection may still be open (a takeover). Checks Session Present.
    public static async Task<RawClient> Resume(this RawClient client, bool present = true, byte[]? properties = null)
    {
        RawClient resumed = await Connect(client.Version, client.Identifier, keep: true, properties: properties);
        if (client.Version > 3)
        {
            Assert.Equal(present, resumed.Connack.SessionPresent);
        }

        return resumed;
    }
}

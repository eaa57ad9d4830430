// Section 3.14, DISCONNECT: its reasons and its Session Expiry Interval.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_14_Disconnect
{
    // [MQTT-3.14.4-2] 3.14.4: the server closes too, and answers nothing.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task disconnect_is_answered_by_a_close(int version)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Disconnect());
        await client.ExpectClose();
    }

    // [MQTT-3.14.2-1] Every reason a client may use.
    [Theory]
    [InlineData(0x00), InlineData(0x04), InlineData(0x80), InlineData(0x81), InlineData(0x82), InlineData(0x83)]
    [InlineData(0x90), InlineData(0x93), InlineData(0x94), InlineData(0x95), InlineData(0x96), InlineData(0x97)]
    [InlineData(0x98), InlineData(0x99)]
    public async Task disconnect_with_a_clients_reason_is_accepted(int reason)
    {
        await using RawClient client = await Connect(5);
        await client.Send([0xE0, 0x01, (byte)reason]);
        await client.ExpectClose();
        await using RawClient other = await Connect(5);
        byte[] properties = Wire.Join(Property.Text(0x1F, "because"), Property.UserProperty("a", "b"));
        await other.Send(Packets.Disconnect(reason, properties));
        await other.ExpectClose();
    }

    // [MQTT-3.14.4-1] What follows DISCONNECT is not read.
    [Theory, InlineData(4), InlineData(5)]
    public async Task packets_after_disconnect_are_not_processed(int version)
    {
        string topic = Unique.Name("after/");
        await using RawClient watcher = await Connect(version);
        await watcher.Subscribe(topic);
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Disconnect(), Packets.Publish(version, topic));
        await client.ExpectClose();
        await using RawClient other = await Connect(version);
        await watcher.ExpectNothingFrom(other);
    }

    // 3.14: no body before 5.0; no reason that does not exist; no foreign property. Wills are published, it is an
    // error.
    [Theory]
    [InlineData(4, "E001 00")]
    [InlineData(5, "E001 03")]
    [InlineData(5, "E001 FF")]
    [InlineData(5, "E003 00 0101")]
    [InlineData(5, "E004 00 02 0100")]
    [InlineData(5, "E00C 00 0A 1100000001 1100000001")]
    public async Task malformed_disconnect_is_refused(int version, string packet)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Connect(version);
        await watcher.Subscribe(topic);
        await using RawClient client = await Connect(version, will: new Will(topic));
        await client.Send(Wire.Hex(packet));
        await client.ExpectRefusal(0x81, 0x82);
        await watcher.Take(topic, "gone");
    }

    // 3.14.2.2.2: from 0 to anything else is a protocol error.
    [Theory, InlineData(null), InlineData(0u)]
    public async Task session_that_expires_at_once_cannot_be_prolonged(uint? expiry)
    {
        byte[] properties = expiry is null ? [] : Property.SessionExpiryInterval(expiry.Value);
        await using RawClient client = await Connect(5, properties: properties);
        await client.Send(Packets.Disconnect(0, Property.SessionExpiryInterval(10)));
        await client.ExpectRefusal(0x82);
        await using RawClient again = await client.Resume(present: false);
        await again.ExpectNothing();
    }

    // 3.14.2.2.2: 0 stays 0.
    [Fact]
    public async Task session_expiry_interval_0_may_be_repeated()
    {
        await using RawClient client = await Connect(5);
        await client.Send(Packets.Disconnect(0, Property.SessionExpiryInterval(0)));
        await client.ExpectClose();
    }

    // 3.14.2.2.2: the new value replaces the one of CONNECT.
    [Fact]
    public async Task disconnect_can_end_the_session()
    {
        await using RawClient client = await Connect(5, keep: true);
        await client.Send(Packets.Disconnect(0, Property.SessionExpiryInterval(0)));
        await client.ExpectClose();
        await using RawClient again = await client.Resume(present: false);
        await again.ExpectNothing();
    }

    // 3.14.2.2.2
    [Fact]
    public async Task disconnect_can_prolong_a_kept_session()
    {
        await using RawClient client = await Connect(5, keep: true);
        await client.Send(Packets.Disconnect(0, Property.SessionExpiryInterval(0xFFFF_FFFF)));
        await client.ExpectClose();
        await using RawClient again = await client.Resume(present: true);
        await again.ExpectNothing();
    }
}

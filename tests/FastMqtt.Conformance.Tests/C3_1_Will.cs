// Sections 3.1.2.5 and 3.1.3.2: the Will Message on each kind of ending, its options and its properties.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_1_Will
{
    // [MQTT-3.1.2-7] [MQTT-3.1.2-8] [MQTT3-3.1.2-8]
    [Theory]
    [InlineData(3, 0), InlineData(3, 1), InlineData(3, 2)]
    [InlineData(4, 0), InlineData(4, 1), InlineData(4, 2)]
    [InlineData(5, 0), InlineData(5, 1), InlineData(5, 2)]
    public async Task will_is_published_when_the_connection_is_lost(int version, int qos)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Watch(version, topic);
        await using RawClient client = await Connect(version, will: new Will(topic, "gone", qos));
        client.Drop();
        Delivery will = await watcher.Take(topic, "gone", qos);
        Assert.False(will.Retain); // [MQTT-3.1.2-14] [MQTT3-3.1.2-16]
        Assert.False(will.Duplicate);
    }

    // [MQTT-3.1.2-8] A close without DISCONNECT is an ending like a lost connection.
    [Theory, InlineData(4), InlineData(5)]
    public async Task will_is_published_on_a_close_without_disconnect(int version)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Watch(version, topic);
        RawClient client = await Connect(version, will: new Will(topic));
        await client.DisposeAsync();
        await watcher.Take(topic, "gone");
    }

    // [MQTT-3.1.2-10] [MQTT-3.14.4-3] [MQTT3-3.1.2-10] [MQTT3-3.14.4-3]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task will_is_discarded_on_disconnect(int version)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Watch(version, topic);
        await using RawClient client = await Connect(version, will: new Will(topic));
        await client.Leave();
        await using RawClient other = await Connect(version);
        await watcher.ExpectNothingFrom(other);
    }

    // [MQTT-3.14.4-3] 3.14.2.1: 0x04 asks for the will; so does every other reason but 0x00.
    [Theory, InlineData(0x04), InlineData(0x80), InlineData(0x81), InlineData(0x83), InlineData(0x99)]
    public async Task will_is_published_on_disconnect_with_another_reason(int reason)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Watch(5, topic);
        await using RawClient client = await Connect(5, will: new Will(topic));
        await client.Send(Packets.Disconnect(reason));
        await client.ExpectClose();
        await watcher.Take(topic, "gone");
    }

    // [MQTT-3.1.2-8] 3.1.2.5: a connection the server closes for a protocol error.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task will_is_published_after_a_protocol_error(int version)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Watch(version, topic);
        await using RawClient client = await Connect(version, will: new Will(topic));
        await client.Send(Wire.Hex("0000"));
        await watcher.Take(topic, "gone");
    }

    // [MQTT3-3.1.2-12] 3.1.2.5
    [Theory, InlineData(4), InlineData(5)]
    public async Task no_will_is_published_without_will_flag(int version)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Watch(version, topic);
        await using RawClient first = await Connect(version, will: new Will(topic));
        await first.Leave();
        await using RawClient second = await Connect(version, first.Identifier); // no will: the old one is not kept
        second.Drop();
        await using RawClient other = await Connect(version);
        await watcher.ExpectNothingFrom(other);
    }

    // [MQTT-3.1.2-10] Once published it is gone: the next ending publishes the next will only.
    [Theory, InlineData(4), InlineData(5)]
    public async Task will_is_published_once(int version)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Watch(version, topic);
        await using RawClient first = await Connect(version, keep: true, will: new Will(topic, "one"));
        first.Drop();
        await watcher.Take(topic, "one");
        await using RawClient second = await first.Resume();
        second.Drop();
        await using RawClient third = await first.Resume();
        await watcher.ExpectNothingFrom(third);
    }

    // [MQTT-3.1.2-15] [MQTT3-3.1.2-17]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task retained_will_is_stored(int version)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Watch(version, topic);
        await using RawClient client = await Connect(version, will: new Will(topic, "gone", 1, Retain: true));
        client.Drop();
        Assert.False((await watcher.Take(topic, "gone", 1)).Retain);
        await using RawClient late = await Watch(version, topic);
        Assert.True((await late.Take(topic, "gone", 1)).Retain);
    }

    // [MQTT-3.1.2-14] [MQTT3-3.1.2-16]
    [Theory, InlineData(4), InlineData(5)]
    public async Task will_without_retain_is_not_stored(int version)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Watch(version, topic);
        await using RawClient client = await Connect(version, will: new Will(topic));
        client.Drop();
        await watcher.Take(topic, "gone");
        await using RawClient late = await Watch(version, topic);
        await late.ExpectNothing();
    }

    // A retained will of zero bytes clears the retained message [MQTT-3.3.1-6].
    [Theory, InlineData(4), InlineData(5)]
    public async Task empty_retained_will_clears_the_topic(int version)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Connect(version);
        await watcher.Publish(topic, "old", 1, retain: true);
        await watcher.Subscribe(topic);
        await watcher.Take(topic, "old");
        await using RawClient client = await Connect(version, will: new Will(topic, "", Retain: true));
        client.Drop();
        await watcher.Take(topic, "");
        await using RawClient late = await Watch(version, topic);
        await late.ExpectNothing();
    }

    // 3.1.3.3: zero bytes are a payload.
    [Theory, InlineData(4), InlineData(5)]
    public async Task will_payload_may_be_empty(int version)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Watch(version, topic);
        await using RawClient client = await Connect(version, will: new Will(topic, ""));
        client.Drop();
        await watcher.Take(topic, "");
    }

    // [MQTT-3.1.3-10] [MQTT-3.1.2-9] The will's properties are those of its publication; the delay is not sent on.
    [Fact]
    public async Task will_properties_are_published_with_it()
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Watch(5, topic);
        byte[] properties = Wire.Join(
            Property.PayloadFormatIndicator(1),
            Property.MessageExpiryInterval(100),
            Property.ContentType("text/plain"),
            Property.ResponseTopic("answers"),
            Property.CorrelationData(1, 2, 3),
            Property.WillDelayInterval(0),
            Property.UserProperty("b", "1"),
            Property.UserProperty("a", "2"),
            Property.UserProperty("b", "3"));
        await using RawClient client = await Connect(5, will: new Will(topic, Properties: properties));
        client.Drop();
        Delivery will = await watcher.Take(topic, "gone");
        Assert.Equal(1u, will.Properties.Integer(0x01));
        Assert.InRange(will.Properties.Integer(0x02) ?? 0, 95u, 100u);
        Assert.Equal("text/plain", will.Properties.Text(0x03));
        Assert.Equal("answers", will.Properties.Text(0x08));
        Assert.Equal([1, 2, 3], will.Properties.Data(0x09));
        Assert.False(will.Properties.Has(0x18));
        Assert.Equal([("b", "1"), ("a", "2"), ("b", "3")], will.Properties.User);
    }

    [Theory]
    [InlineData("23 0001")] // Topic Alias: not a will property
    [InlineData("11 00000001")] // Session Expiry Interval: not a will property
    [InlineData("18 00000001 18 00000001")]
    [InlineData("01 02")]
    [InlineData("08 0001 23")] // Response Topic "#" [MQTT-3.3.2-14]
    public async Task illegal_will_property_is_refused(string properties)
    {
        await using RawClient client = await RawClient.Open(5);
        var will = new Will(Unique.Name(), Properties: Wire.Hex(properties));
        await client.Send(Packets.Connect(5, Unique.Name(), will: will));
        await client.ExpectConnectRefused(0, 0x81, 0x82, 0x90);
    }

    // [MQTT-4.7.0-1] [MQTT-4.7.3-1] A will is a publication: its topic obeys the same rules.
    [Theory]
    [InlineData(4, "a/#"), InlineData(4, "+"), InlineData(4, "")]
    [InlineData(5, "a/#"), InlineData(5, "+"), InlineData(5, "")]
    public async Task will_topic_must_be_a_topic_name(int version, string topic)
    {
        await using RawClient client = await RawClient.Open(version);
        await client.Send(Packets.Connect(version, Unique.Name(), will: new Will(topic)));
        await client.ExpectConnectRefused(0, 0x81, 0x82, 0x90);
    }

    private static async Task<RawClient> Watch(int version, string topic)
    {
        RawClient watcher = await Connect(version);
        await watcher.Subscribe(topic, 2);
        return watcher;
    }
}

// Section 3.1.3.1, the Client Identifier: which ones are taken, which are assigned, and that one connection holds it.

namespace FastMqtt.Conformance.Tests;

public sealed class C3_1_ClientIdentifier
{
    // [MQTT-3.1.3-5]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task letters_and_digits_of_1_to_23_bytes_are_accepted(int version)
    {
        foreach (string id in new[] { "Z", "0123456789abcdefghijkLM", "NOPQRSTUVWXYZnopqrstuvw" })
        {
            await using RawClient client = await Connect(version, id);
            await client.Leave();
        }
    }

    // 3.1.3.1 allows a server more; clients of 3.1 written for other brokers rely on it.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task longer_and_other_identifiers_are_accepted(int version)
    {
        string id = Unique.Name("device/44+é ") + new string('x', 200);
        await using RawClient client = await Connect(version, id);
        await client.ExpectNothing();
    }

    // [MQTT-3.1.3-6] [MQTT3-3.1.3-6]
    [Fact]
    public async Task empty_identifier_with_clean_session_is_accepted_in_3_1_1()
    {
        await using RawClient first = await Connect(4, "");
        await using RawClient second = await Connect(4, "");
        await first.ExpectNothing(); // each has a unique identifier: no takeover
        await second.ExpectNothing();
    }

    // [MQTT3-3.1.3-7] [MQTT3-3.1.3-8] [MQTT3-3.1.3-9] [MQTT3-3.2.2-4] [MQTT3-3.2.2-5]
    [Fact]
    public async Task empty_identifier_without_clean_session_is_rejected_in_3_1_1()
    {
        await using RawClient client = await RawClient.Open(4);
        await client.Send(Packets.Connect(4, "", clean: false));
        await client.ExpectConnectRefused(2);
    }

    // 3.1: at least one character.
    [Fact]
    public async Task empty_identifier_is_rejected_in_3_1()
    {
        await using RawClient client = await RawClient.Open(3);
        await client.Send(Packets.Connect(3, ""));
        await client.ExpectConnectRefused(2);
    }

    // [MQTT-3.1.3-6] [MQTT-3.1.3-7] [MQTT-3.2.2-16]
    [Theory, InlineData(true), InlineData(false)]
    public async Task empty_identifier_is_replaced_by_an_assigned_one_in_5(bool clean)
    {
        await using RawClient first = await RawClient.Open(5);
        await first.Send(Packets.Connect(5, "", clean));
        string? assigned = (await first.ReadConnack()).Properties.Text(0x12);
        Assert.False(string.IsNullOrEmpty(assigned));
        Assert.False(first.Connack.SessionPresent);
        await using RawClient second = await RawClient.Open(5);
        await second.Send(Packets.Connect(5, "", clean));
        string? other = (await second.ReadConnack()).Properties.Text(0x12);
        Assert.NotEqual(assigned, other);
        await first.ExpectNothing();
    }

    // [MQTT-3.1.3-7] [MQTT-3.1.3-2] The assigned identifier names the session like any other.
    [Fact]
    public async Task assigned_identifier_resumes_its_session()
    {
        await using RawClient first = await RawClient.Open(5);
        await first.Send(Packets.Connect(5, "", clean: false, properties: Property.SessionExpiryInterval(60)));
        string assigned = (await first.ReadConnack()).Properties.Text(0x12)!;
        await first.Leave();
        await using RawClient second = await RawClient.Open(5);
        await second.Send(Packets.Connect(5, assigned, clean: false));
        Assert.True((await second.ReadConnack()).SessionPresent);
    }

    [Fact]
    public async Task identifier_given_by_the_client_is_not_assigned_again()
    {
        await using RawClient client = await Connect(5);
        Assert.False(client.Connack.Properties.Has(0x12));
    }

    // [MQTT-3.1.3-4] [MQTT-3.1.3-8] [MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT3-1.5.3-1] [MQTT3-1.5.3-2]
    [Theory]
    [InlineData(4, "0003 61FF62")]
    [InlineData(4, "0003 610062")]
    [InlineData(4, "0003 EDA080")]
    [InlineData(5, "0003 61FF62")]
    [InlineData(5, "0003 610062")]
    [InlineData(5, "0003 EDA080")]
    public async Task identifier_must_be_utf8(int version, string id)
    {
        await using RawClient client = await RawClient.Open(version);
        await client.Send(Packets.ConnectRaw(version, 0x02, 60, null, Wire.Hex(id)));
        await client.ExpectConnectRefused(0, 0x81, 0x85);
    }

    // [MQTT-3.1.3-3]
    [Theory, InlineData(4), InlineData(5)]
    public async Task identifier_must_be_present(int version)
    {
        await using RawClient client = await RawClient.Open(version);
        await client.Send(Packets.ConnectRaw(version, 0x02, 60, null));
        await client.ExpectConnectRefused(0, 0x81);
    }

    // [MQTT-3.1.4-3] [MQTT3-3.1.4-2]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task second_connection_takes_the_identifier_over(int version)
    {
        await using RawClient first = await Connect(version);
        await using RawClient second = await Connect(version, first.Identifier);
        await first.ExpectRefusal(0x8E);
        await second.ExpectNothing();
    }

    // [MQTT-3.1.4-3] Across versions too: the identifier is one name space.
    [Theory, InlineData(4, 5), InlineData(5, 4), InlineData(3, 5)]
    public async Task takeover_works_across_versions(int before, int after)
    {
        await using RawClient first = await Connect(before);
        await using RawClient second = await Connect(after, first.Identifier);
        await first.ExpectRefusal(0x8E);
        await second.ExpectNothing();
    }

    // [MQTT-3.1.3-2] [MQTT-3.1.4-3] The session goes to the new connection with its subscriptions.
    [Theory, InlineData(4), InlineData(5)]
    public async Task takeover_keeps_the_session(int version)
    {
        string topic = Unique.Name("takeover/");
        await using RawClient first = await Connect(version, keep: true);
        await first.Subscribe(topic, 1);
        await using RawClient second = await first.Resume();
        await first.ExpectRefusal(0x8E);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(topic, "m", 1);
        await second.Take(topic, "m", 1);
    }

    // [MQTT-3.1.4-3] Many connections at once: exactly one is left, and the broker answers it.
    [Theory, InlineData(4), InlineData(5)]
    public async Task repeated_takeover_leaves_one_connection(int version)
    {
        string id = Unique.Name();
        RawClient last = await Connect(version, id);
        for (int i = 0; i < 20; i++)
        {
            RawClient next = await Connect(version, id);
            await last.ExpectRefusal(0x8E);
            await last.DisposeAsync();
            last = next;
        }

        await last.ExpectNothing();
        await last.DisposeAsync();
    }

    // [MQTT-3.1.4-3] 3.1.4: the will of the connection that is taken over is published.
    [Theory, InlineData(4), InlineData(5)]
    public async Task takeover_publishes_the_will(int version)
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Connect(version);
        await watcher.Subscribe(topic);
        await using RawClient first = await Connect(version, will: new Will(topic));
        await using RawClient second = await Connect(version, first.Identifier);
        await watcher.Take(topic, "gone");
    }
}

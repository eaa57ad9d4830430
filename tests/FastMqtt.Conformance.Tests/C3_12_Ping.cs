// Sections 3.1.2.10 and 3.12: PINGREQ, and Keep Alive measured with real seconds, as short as they get.

using System.Diagnostics;

namespace FastMqtt.Conformance.Tests;

public sealed class C3_12_Ping
{
    // [MQTT-3.12.4-1]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task pingreq_is_answered(int version)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Pingreq, Packets.Pingreq);
        await client.Expect(Packets.Pingresp);
        await client.Expect(Packets.Pingresp);
    }

    [Theory, InlineData(4, "C001 00"), InlineData(5, "C001 00")]
    public async Task pingreq_with_a_body_is_refused(int version, string packet)
    {
        await using RawClient client = await Connect(version);
        await client.Send(Wire.Hex(packet));
        await client.ExpectRefusal(0x81);
    }

    // [MQTT-3.1.2-22] [MQTT3-3.1.2-24] 5.0: DISCONNECT 0x8D, and the will, for the network counts as failed.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task silence_of_one_and_a_half_keep_alives_ends_the_connection(int version)
    {
        string topic = Unique.Name("alive/");
        await using RawClient watcher = await Connect(version);
        await watcher.Subscribe(topic);
        await using RawClient client = await Connect(version, keepAlive: 1, will: new Will(topic));
        uint seconds = version == 5 ? client.Connack.Properties.Integer(0x13) ?? 1 : 1;
        Assert.Equal(1u, seconds);
        long start = Stopwatch.GetTimestamp();
        await client.ExpectRefusal(0x8D);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 1.3, 3.5);
        await watcher.Take(topic, "gone");
    }
}

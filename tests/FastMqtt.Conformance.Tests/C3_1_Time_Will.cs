// Section 3.1.3.2.2, Will Delay Interval, with real seconds as short as they get. Time is measured from what a client
// sees, so the bounds are wide at the late end.

using System.Diagnostics;

namespace FastMqtt.Conformance.Tests;

public sealed class C3_1_Time_Will
{
    // [MQTT-3.1.2-8] 3.1.3.2.2
    [Fact]
    public async Task will_is_published_after_its_delay()
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Connect(5);
        await watcher.Subscribe(topic);
        await using RawClient client = await Connect(5, keep: true, will: Delayed(topic, 1));
        long start = Stopwatch.GetTimestamp();
        client.Drop();
        await watcher.ExpectNothing();
        await watcher.Take(topic, "gone");
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.8, 3.5);
    }

    // [MQTT-3.1.3-9]
    [Fact]
    public async Task will_is_not_published_when_the_client_is_back_in_time()
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Connect(5);
        await watcher.Subscribe(topic + "/#");
        await using RawClient client = await Connect(5, keep: true, will: Delayed(topic + "/a", 1));
        client.Drop();
        await using RawClient resumed = await client.Resume();
        await using RawClient other = await Connect(5, keep: true, will: Delayed(topic + "/b", 2));
        other.Drop();
        await watcher.Take(topic + "/b", "gone"); // a second after the first will was due
    }

    // [MQTT-3.1.2-8] The end of the session ends the delay: at once without a Session Expiry Interval.
    [Fact]
    public async Task will_is_published_at_once_when_the_session_ends_with_the_connection()
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Connect(5);
        await watcher.Subscribe(topic);
        await using RawClient client = await Connect(5, will: Delayed(topic, 3600));
        client.Drop();
        await watcher.Take(topic, "gone");
    }

    // [MQTT-3.1.2-8] The shorter of the two intervals counts.
    [Fact]
    public async Task will_is_published_when_the_session_expires_before_the_delay()
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Connect(5);
        await watcher.Subscribe(topic);
        byte[] properties = Property.SessionExpiryInterval(1);
        await using RawClient client = await Connect(5, properties: properties, will: Delayed(topic, 3600));
        client.Drop();
        await watcher.Take(topic, "gone");
    }

    // [MQTT-3.1.2-8] 3.1.4: a clean start ends the old session, and with it the delay.
    [Fact]
    public async Task clean_start_publishes_the_delayed_will()
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Connect(5);
        await watcher.Subscribe(topic);
        await using RawClient client = await Connect(5, keep: true, will: Delayed(topic, 3600));
        client.Drop();
        await using RawClient clean = await Connect(5, client.Identifier);
        await watcher.Take(topic, "gone");
    }

    // [MQTT-3.14.4-3] 3.14.2.1: DISCONNECT 0x04 waits for the delay as a lost connection does.
    [Fact]
    public async Task disconnect_with_will_message_respects_the_delay()
    {
        string topic = Unique.Name("will/");
        await using RawClient watcher = await Connect(5);
        await watcher.Subscribe(topic);
        await using RawClient client = await Connect(5, keep: true, will: Delayed(topic, 1));
        long start = Stopwatch.GetTimestamp();
        await client.Send(Packets.Disconnect(0x04));
        await client.ExpectClose();
        await watcher.Take(topic, "gone");
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.8, 3.5);
    }

    private static Will Delayed(string topic, uint seconds) =>
        new(topic, Properties: Property.WillDelayInterval(seconds));
}

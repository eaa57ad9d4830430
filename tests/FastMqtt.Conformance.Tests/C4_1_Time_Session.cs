// Sections 3.1.2.11.2 and 4.1, Session Expiry Interval, with real seconds. The end of a session is watched through its
// delayed will, so that no test waits longer than the broker does.

namespace FastMqtt.Conformance.Tests;

public sealed class C4_1_Time_Session
{
    // [MQTT-4.1.0-2] [MQTT-3.1.2-23]
    [Fact]
    public async Task session_is_discarded_when_its_interval_has_passed()
    {
        string topic = Unique.Name("expiry/");
        await using RawClient watcher = await Connect(5);
        await watcher.Subscribe(topic);
        RawClient client = await Expiring(topic);
        await client.Subscribe(topic, 1);
        client.Drop();
        await watcher.Take(topic, "gone");
        await using RawClient again = await client.Resume(present: false);
        await again.ExpectNothing();
    }

    // [MQTT-4.1.0-1] [MQTT3-4.1.0-2] The interval counts from the end of the connection, not from its start.
    [Fact]
    public async Task session_does_not_expire_while_connected()
    {
        string topic = Unique.Name("expiry/");
        await using RawClient watcher = await Connect(5);
        await watcher.Subscribe(topic);
        await using RawClient client = await Expiring(Unique.Name());
        RawClient clock = await Expiring(topic); // its end shows that more than the interval has passed
        clock.Drop();
        await watcher.Take(topic, "gone");
        await client.ExpectNothing();
        await client.Send(Packets.Disconnect());
        await client.ExpectClose();
        await using RawClient again = await client.Resume(present: true);
        await again.ExpectNothing();
    }

    // 3.14.2.2.2: DISCONNECT may shorten or lengthen the interval.
    [Fact]
    public async Task disconnect_overrides_the_interval()
    {
        string topic = Unique.Name("expiry/");
        await using RawClient watcher = await Connect(5);
        await watcher.Subscribe(topic);
        await using RawClient longer = await Expiring(Unique.Name());
        await longer.Send(Packets.Disconnect(0, Property.SessionExpiryInterval(3600)));
        await longer.ExpectClose();
        await using RawClient shorter = await Connect(5, keep: true, will: Delayed(topic));
        await shorter.Send(Packets.Disconnect(0x04, Property.SessionExpiryInterval(1)));
        await shorter.ExpectClose();
        await watcher.Take(topic, "gone"); // the shorter one has expired
        await using RawClient gone = await shorter.Resume(present: false);
        await using RawClient kept = await longer.Resume(present: true);
    }

    // [MQTT-4.1.0-2] The interval is the one of the last connection.
    [Fact]
    public async Task reconnect_starts_a_new_interval()
    {
        string topic = Unique.Name("expiry/");
        await using RawClient watcher = await Connect(5);
        await watcher.Subscribe(topic);
        await using RawClient first = await Expiring(Unique.Name());
        await first.Leave();
        await using RawClient second = await first.Resume(present: true); // an hour from now on
        await second.Leave();
        RawClient clock = await Expiring(topic);
        clock.Drop();
        await watcher.Take(topic, "gone");
        await using RawClient third = await second.Resume(present: true);
    }

    private static Task<RawClient> Expiring(string willTopic) =>
        Connect(5, properties: Property.SessionExpiryInterval(1), will: Delayed(willTopic));

    private static Will Delayed(string topic) => new(topic, Properties: Property.WillDelayInterval(3600));
}

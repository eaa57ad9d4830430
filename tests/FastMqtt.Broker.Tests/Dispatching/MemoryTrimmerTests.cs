// The memory of a flood goes back, and a dispatcher with nothing to give back sleeps.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Transport.Buffers;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class MemoryTrimmerTests
{
    private const int SleepsForEver = -1;

    [Fact]
    public void What_a_flood_needed_is_given_back_within_minutes()
    {
        // Limits.FreeBytesKept, Limits.TrimInterval. What the second dispatcher published goes back to its pool when it
        // is acknowledged, wherever that is; it has no other timer.
        using var broker = new TestBroker(2);
        string identifier = broker.IdentifierOn(0);
        TestClient offline = broker.ConnectPersistent(identifier).Subscribe("t", 1);
        offline.Reset();
        TestClient publisher = broker.Connect(broker.IdentifierOn(1), at: 1);
        string payload = new('x', 60_000);
        for (int i = 0; i < 200; i++)
        {
            publisher.Publish("t", payload, qos: 1);
        }

        TestClient back = broker.ConnectPersistent(identifier);
        for (List<Packet> packets = back.Read(); packets.Count > 0; packets = back.Read())
        {
            back.Acknowledge(packets);
        }

        broker.Tick();
        SlabPool pool = broker.Dispatchers[1].Slabs;
        Assert.InRange(pool.FreeBytes, 10 << 20, long.MaxValue);
        Assert.InRange(broker.Pollers[1].LastTimeoutMilliseconds, 1, Limits.TrimInterval + 128);
        broker.AdvanceSeconds(60);
        Assert.InRange(pool.FreeBytes, 0, Limits.FreeBytesKept);
        Assert.Equal(SleepsForEver, broker.Pollers[1].LastTimeoutMilliseconds);
    }

    [Fact]
    public void A_broker_that_needed_little_is_never_woken_for_it()
    {
        using var broker = new TestBroker(2);
        TestClient subscriber = broker.Connect(broker.IdentifierOn(1), at: 1).Subscribe("t", 1);
        broker.Connect(broker.IdentifierOn(1), at: 1).Publish("t", "x", qos: 1);
        subscriber.Acknowledge(subscriber.NextPublish());
        Assert.Equal(SleepsForEver, broker.Pollers[1].LastTimeoutMilliseconds);
    }
}

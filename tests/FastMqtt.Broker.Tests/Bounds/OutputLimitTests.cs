// Limits of a connection's output and of a dispatcher's tick: each at the limit and one past it.

using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Broker.Tests.Scripted;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Bounds;

public sealed class OutputLimitTests
{
    [Fact]
    public void Qos_0_is_kept_at_output_bytes_max_and_dropped_past_it()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient slow = Blocked(broker, publisher, Limits.OutputBytesMax);
        publisher.Publish("t", "at the limit");
        Assert.Equal(0, broker.Metrics.DroppedSlow);
        publisher.Publish("t", "past it");
        Assert.Equal(1, broker.Metrics.DroppedSlow);
        slow.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        Assert.Equal("at the limit", slow.ReadTexts()[^1]);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 1)]
    public void Qos_1_is_sent_at_output_bytes_high_and_waits_past_it(int past, int inflight, int queued)
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient slow = Blocked(broker, publisher, Limits.OutputBytesHigh + past);
        slow.Send(Packets.Subscribe(slow.Version, 9, null, ("t", 1)));
        Session session = broker.FindSession(slow.Identifier)!;
        broker.Tick();
        int suback = session.Client!.Connection.PendingBytes - (Limits.OutputBytesHigh + past);
        slow.Socket.SendRoom = suback; // the SUBACK's bytes are made up for
        broker.Tick();
        Assert.Equal(Limits.OutputBytesHigh + past, session.Client.Connection.PendingBytes);
        publisher.Publish("t", "x", qos: 1);
        Assert.Equal((inflight, queued), (session.Inflight?.Count ?? 0, session.Queue?.Count ?? 0));
    }

    [Fact]
    public void A_client_is_read_at_read_pause_bytes_of_unsent_replies_and_not_past_it()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        client.Socket.SendRoom = 0;
        byte[] pings = [.. Enumerable.Repeat(Packets.Pingreq, Limits.ReadPauseBytes / 2).SelectMany(ping => ping)];
        client.Send(pings); // a PINGRESP is as long as a PINGREQ
        broker.Tick();
        client.Send(Packets.Pingreq);
        broker.Tick();
        Assert.Equal(0, client.Socket.UnreceivedBytes);
        client.Send(Packets.Pingreq);
        broker.Tick();
        Assert.Equal(2, client.Socket.UnreceivedBytes);
        client.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        Assert.Equal(0, client.Socket.UnreceivedBytes);
        Assert.Equal(pings.Length + 4, client.Socket.Unread.Length);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public void A_tick_flushes_in_between_past_flush_bytes(int past, int sends)
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect(version: ProtocolVersion.Mqtt311);
        TestClient[] subscribers = [broker.Connect().Subscribe("t"), broker.Connect().Subscribe("t")];
        int calls = subscribers[0].Socket.SendCalls;
        int overhead = Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[60_000]).Length - 60_000;
        int size = Limits.FlushBytes / subscribers.Length / 4;
        for (int i = 0; i < 4; i++)
        {
            publisher.Send("t", new string('x', size - overhead + (i == 3 ? past : 0)));
        }

        publisher.Send("t", "the last");
        broker.Tick();
        Assert.Equal(5, subscribers[0].Read().Count);
        Assert.Equal(calls + sends, subscribers[0].Socket.SendCalls);
    }

    [Fact]
    public void Payloads_are_copied_below_reference_payload_bytes_and_shared_from_there()
    {
        long copied = Rented(Limits.ReferencePayloadBytes - 1);
        long shared = Rented(Limits.ReferencePayloadBytes);
        Assert.True(shared < copied / 2, $"{copied} bytes copied, {shared} shared");
    }

    [Fact]
    public void One_tick_accepts_accept_batch_connections()
    {
        using var broker = new TestBroker();
        for (int i = 0; i <= Limits.AcceptBatch; i++)
        {
            broker.Open();
        }

        broker.TickOnce();
        Assert.Equal(Limits.AcceptBatch, broker.Dispatchers[0].Connections.Count);
        broker.TickOnce();
        Assert.Equal(Limits.AcceptBatch + 1, broker.Dispatchers[0].Connections.Count);
    }

    [Fact]
    public void One_tick_takes_event_batch_events()
    {
        using var broker = new TestBroker();
        TestClient[] clients = [.. Enumerable.Range(0, Limits.EventBatch + 1).Select(_ => broker.Connect())];
        foreach (TestClient client in clients)
        {
            client.Send(Packets.Pingreq);
        }

        long before = broker.Metrics.PacketsReceived;
        broker.TickOnce();
        Assert.Equal(Limits.EventBatch, broker.Metrics.PacketsReceived - before);
        broker.TickOnce();
        Assert.Equal(Limits.EventBatch + 1, broker.Metrics.PacketsReceived - before);
    }

    [Fact]
    public void Without_descriptors_it_does_not_spin_and_accepts_again_after_accept_pause()
    {
        using var broker = new TestBroker();
        broker.Tick();
        broker.Network.DescriptorsLeft = 0;
        TestClient client = broker.Open();
        broker.Tick(); // comes to rest
        Assert.InRange(broker.Pollers[0].LastTimeoutMilliseconds, 1, Limits.AcceptPause + 128);
        Assert.Equal(-1, client.Socket.Handle);
        broker.Advance(Limits.AcceptPause - 1);
        broker.Network.DescriptorsLeft = 1;
        broker.Tick();
        Assert.Equal(-1, client.Socket.Handle);
        broker.Advance(128);
        Assert.NotEqual(-1, client.Socket.Handle);
    }

    [Fact]
    public void Without_descriptors_it_accepts_again_when_a_connection_closes()
    {
        using var broker = new TestBroker();
        TestClient first = broker.Connect();
        broker.Network.DescriptorsLeft = 0;
        TestClient second = broker.Open();
        broker.Tick();
        first.Disconnect();
        Assert.NotEqual(-1, second.Socket.Handle);
    }

    private static long Rented(int payload)
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 10; i++)
        {
            broker.Connect().Subscribe("t").Socket.SendRoom = 0;
        }

        publisher.Publish("t", new string('x', payload));
        return broker.RentedBytes;
    }

    // A subscriber of "t" that takes nothing and has exactly so many bytes pending.
    private static TestClient Blocked(TestBroker broker, TestClient publisher, int pending)
    {
        TestClient slow = broker.Connect().Subscribe("t");
        slow.Socket.SendRoom = 0;
        int overhead = Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[60_000]).Length - 60_000;
        for (int left = pending; left > 0;)
        {
            int size = left > 120_000 ? 60_000 : left > 60_000 ? left / 2 : left;
            publisher.Publish("t", new string('x', size - overhead));
            left -= size;
        }

        Assert.Equal(pending, broker.FindSession(slow.Identifier)!.Client!.Connection.PendingBytes);
        return slow;
    }
}

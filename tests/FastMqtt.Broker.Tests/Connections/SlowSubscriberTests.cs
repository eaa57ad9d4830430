// A subscriber that does not read costs a bounded amount of memory and nobody else anything.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Connections;

public sealed class SlowSubscriberTests
{
    private static readonly string Payload = new('x', 60_000);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Qos_0_is_dropped_and_counted_and_others_are_served(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        TestClient publisher = broker.Connect();
        TestClient fast = broker.Connect(at: dispatchers - 1).Subscribe("t");
        TestClient slow = broker.Connect().Subscribe("t");
        slow.Socket.SendRoom = 0;
        int sent = (Limits.OutputBytesMax / Payload.Length) + 30;
        int size = Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[Payload.Length]).Length;
        int kept = (Limits.OutputBytesMax / size) + 1;
        for (int i = 0; i < sent; i++)
        {
            publisher.Publish("t", Payload);
            Assert.Equal(Payload, Assert.Single(fast.ReadTexts()));
        }

        Assert.Equal(sent - kept, broker.Metrics.DroppedSlow);
        Assert.Equal(kept * size, broker.FindSession(slow.Identifier)!.Client!.Connection.PendingBytes);
        Assert.InRange(broker.RentedBytes, kept * size, 2L * kept * size);
        slow.Reset();
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void What_was_kept_for_it_arrives_when_it_reads_again()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient slow = broker.Connect().Subscribe("t");
        slow.Socket.SendRoom = 0;
        for (int i = 0; i < 100; i++)
        {
            publisher.Publish("t", $"{i:D4}{Payload}");
        }

        slow.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        string[] texts = slow.ReadTexts();
        Assert.Equal(100 - broker.Metrics.DroppedSlow, texts.Length);
        Assert.Equal(Enumerable.Range(0, texts.Length).Select(i => $"{i:D4}"), texts.Select(text => text[..4]));
        publisher.Publish("t", "again");
        Assert.Equal(["again"], slow.ReadTexts());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Qos_1_waits_in_the_queue_up_to_its_limit_then_is_dropped_and_counted(int dispatchers)
    {
        const int queued = 50;
        using var broker = new TestBroker(dispatchers, options =>
        {
            options.MaximumQueuedMessages = queued;
            options.MaximumInflight = 10;
        });
        TestClient publisher = broker.Connect();
        TestClient fast = broker.Connect(at: dispatchers - 1).Subscribe("t", 1);
        TestClient slow = broker.Connect().Subscribe("t", 1);
        slow.Socket.SendRoom = 0;
        for (int i = 0; i < 100; i++)
        {
            publisher.Publish("t", $"{i}", qos: 1);
            Packet packet = fast.NextPublish();
            Assert.Equal($"{i}", packet.Text);
            fast.Acknowledge(packet);
        }

        Assert.Equal(100 - 10 - queued, broker.Metrics.DroppedQueueFull);
        slow.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        List<string> texts = [];
        while (slow.Read() is { Count: > 0 } packets)
        {
            texts.AddRange(packets.Select(packet => packet.Text));
            slow.Acknowledge(packets);
        }

        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{i}"), texts);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void Qos_1_of_a_blocked_client_waits_in_the_session_and_not_in_the_output()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient slow = broker.Connect().Subscribe("t", 1);
        slow.Socket.SendRoom = 0;
        for (int i = 0; i < 100; i++)
        {
            publisher.Publish("t", Payload, qos: 1);
        }

        var session = broker.FindSession(slow.Identifier)!;
        Assert.InRange(session.Client!.Connection.PendingBytes, 1, Limits.OutputBytesHigh + Payload.Length + 100);
        Assert.Equal(100, session.Queue!.Count + session.Inflight!.Count);
        slow.Reset();
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_subscriber_that_reads_slowly_and_sends_pings_stays_connected()
    {
        // Its pings are read however much of what it subscribed to is unsent.
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient slow = broker.Connect(keepAlive: 10).Subscribe("t");
        slow.Socket.SendRoom = 0;
        for (int second = 0; second < 60; second++)
        {
            for (int i = 0; i < 10; i++)
            {
                publisher.Publish("t", Payload);
            }

            slow.Socket.SendRoom += 100_000;
            slow.Send(Packets.Pingreq);
            broker.Advance(1_000);
        }

        Assert.False(slow.IsClosed);
        Assert.False(slow.Socket.IsEndedByBroker);
    }

    [Fact]
    public void A_subscriber_that_takes_nothing_at_all_is_closed_by_its_keep_alive()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient slow = broker.Connect(keepAlive: 10).Subscribe("t");
        slow.Socket.SendRoom = 0;
        for (int i = 0; i < 100; i++)
        {
            publisher.Publish("t", Payload);
        }

        broker.Advance(15_200);
        broker.Advance(Limits.LingerTimeout + 200);
        Assert.True(slow.IsClosed);
        Assert.Equal(0, broker.RentedBytes);
    }
}

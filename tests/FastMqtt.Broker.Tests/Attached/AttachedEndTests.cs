// How an attached stream ends: from either side, in the middle of anything, and with the broker.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Attached;

public sealed class AttachedEndTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_end_by_the_edge_publishes_the_will(bool inMidFrame)
    {
        // [MQTT-3.1.2-8]
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("#");
        var client = new AttachedClient(broker);
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "c", will: new Will("will", "gone")));
        client.Send(Packets.Publish(ProtocolVersion.Mqtt5, "t", "last"u8));
        if (inMidFrame)
        {
            client.Send(Packets.Publish(ProtocolVersion.Mqtt5, "t", "half"u8).AsSpan(0, 5));
        }

        client.End();
        broker.Tick();
        Assert.Equal(["last", "gone"], watcher.ReadTexts());
        Assert.True(client.Edge.Ended.IsCompletedSuccessfully);
        Assert.Equal(1, broker.Dispatchers[0].Connections.Count);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_disconnect_ends_the_stream()
    {
        using var broker = new TestBroker();
        AttachedClient client = AttachedClient.Connect(broker);
        client.Send(Packets.Disconnect());
        broker.Tick();
        Assert.Empty(client.Read());
        Assert.True(client.IsEnded);
        Assert.True(client.IsReadNoMore());
        client.End();
        broker.Tick();
        Assert.Equal(0, broker.Dispatchers[0].Connections.Count);
    }

    [Fact]
    public void A_protocol_error_is_told_and_then_the_stream_ends()
    {
        // [MQTT-4.13.1-1]
        using var broker = new TestBroker();
        AttachedClient client = AttachedClient.Connect(broker);
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "again"));
        broker.Tick();
        Assert.True(client.Edge.Ended.IsCompletedSuccessfully);
        Assert.Equal(ReasonCode.ProtocolError, client.Next(PacketType.Disconnect).Reason);
        Assert.True(client.IsEnded);

        // It lingers until the edge is over.
        Assert.Equal(1, broker.Dispatchers[0].Connections.Count);
        client.End();
        broker.Tick();
        Assert.Equal(0, broker.Dispatchers[0].Connections.Count);
    }

    [Fact]
    public void An_edge_that_does_not_end_is_left_after_the_linger_time()
    {
        using var broker = new TestBroker();
        AttachedClient client = AttachedClient.Connect(broker);
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "again"));
        broker.Tick();
        broker.Advance(Limits.LingerTimeout + 128);
        Assert.Equal(0, broker.Dispatchers[0].Connections.Count);
        Assert.True(client.IsReadNoMore());
    }

    [Fact]
    public void An_edge_that_takes_no_more_ends_the_connection()
    {
        using var broker = new TestBroker();
        AttachedClient client = AttachedClient.Connect(broker);
        client.Subscribe("t");
        client.Edge.Input.Complete();
        broker.Connect().Publish("t", "1");
        broker.Connect().Publish("t", "2");
        broker.Tick();
        Assert.True(client.Edge.Ended.IsCompletedSuccessfully);
        Assert.Equal(2, broker.Dispatchers[0].Connections.Count);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void An_edge_that_ends_while_the_dispatcher_waits_for_it_ends_the_connection()
    {
        using var broker = new TestBroker();
        AttachedClient client = AttachedClient.Connect(broker);
        client.Subscribe("t");
        TestClient publisher = broker.Connect();
        publisher.Publish("t", new string('x', 500_000));
        Assert.True(broker.RentedBytes > 0);
        client.Edge.Input.Complete();
        broker.Tick();
        Assert.True(client.Edge.Ended.IsCompletedSuccessfully);
        Assert.Equal(1, broker.Dispatchers[0].Connections.Count);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void Silence_ends_at_the_connect_time_out_and_at_the_keep_alive()
    {
        // [MQTT-3.1.2-22]
        using var broker = new TestBroker();
        var silent = new AttachedClient(broker);
        var client = new AttachedClient(broker);
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "c", keepAlive: 100));
        broker.Tick();
        broker.Advance(10_128);
        Assert.True(silent.Edge.Ended.IsCompletedSuccessfully);
        Assert.False(client.Edge.Ended.IsCompleted);
        broker.Advance(140_000);
        Assert.True(client.Edge.Ended.IsCompletedSuccessfully);
        client.Next(PacketType.Connack);
        Assert.Equal(ReasonCode.KeepAliveTimeout, client.Next(PacketType.Disconnect).Reason);
    }

    [Fact]
    public void A_stop_tells_sends_what_is_pending_and_refuses_who_comes_after()
    {
        using var broker = new TestBroker(2);
        AttachedClient client = AttachedClient.Connect(broker, at: 1);
        client.Subscribe("t");
        broker.Connect(at: 1).Publish("t", new string('x', 500_000));
        broker.BeginStop(5_000);
        var late = new AttachedClient(broker, at: 1);
        broker.Tick();
        Assert.True(late.Edge.Ended.IsCompletedSuccessfully);
        Assert.False(client.Edge.Ended.IsCompleted);
        List<Packet> packets = [];
        while (!client.IsEnded)
        {
            packets.AddRange(client.Read());
            broker.Tick();
        }

        packets.AddRange(client.Read());
        Assert.Equal([PacketType.Publish, PacketType.Disconnect], packets.Select(packet => packet.Type));
        Assert.Equal(ReasonCode.ServerShuttingDown, packets[1].Reason);
        client.End();
        broker.Advance(Limits.LingerTimeout + 128);
        Assert.All(broker.Dispatchers, dispatcher => Assert.True(dispatcher.HasDrained));
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_broker_that_is_gone_leaves_no_stream_open()
    {
        AttachedClient client;
        using (var broker = new TestBroker())
        {
            client = AttachedClient.Connect(broker);
        }

        Assert.True(client.Edge.Ended.IsCompletedSuccessfully);
        client.Send("ignored"u8);
        client.End();
    }
}

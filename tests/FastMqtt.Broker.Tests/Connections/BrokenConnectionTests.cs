// Connections that end without a word: in the middle of a frame, with a will, with input and output on their way.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Connections;

public sealed class BrokenConnectionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5_000)]
    [InlineData(90_000)]
    public void A_reset_in_mid_frame_publishes_the_will_and_frees_the_frame(int bytes)
    {
        // [MQTT-3.1.2-8] [MQTT-4.1.0-1]
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("#");
        TestClient client = broker.Connect(will: new Will("will", "gone"));
        byte[] frame = Packets.Publish(ProtocolVersion.Mqtt5, "never", new byte[100_000]);
        client.Send(frame.AsSpan(0, bytes));
        broker.Tick();
        Assert.NotEqual(0, broker.RentedBytes);
        client.Reset();
        Assert.Equal(["gone"], watcher.ReadTexts());
        Assert.Equal(0, broker.RentedBytes);
        Assert.Equal(1, broker.Metrics.ConnectionsOpen);
    }

    [Fact]
    public void An_end_of_stream_publishes_the_will_after_what_came_before_it()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("#", 1);
        TestClient client = broker.Connect(will: new Will("will", "gone", QoS: 1));
        client.Send("a", "last words", qos: 1);
        client.Socket.Shutdown();
        broker.Tick();
        Assert.True(client.IsClosed);
        Assert.Equal(PacketType.Puback, client.Next(PacketType.Puback).Type);
        Assert.Equal(["last words", "gone"], watcher.ReadTexts());
    }

    [Fact]
    public void An_end_of_stream_in_mid_frame_closes_and_frees_the_frame()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        client.Send(Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[100_000]).AsSpan(0, 50_000));
        client.Socket.Shutdown();
        broker.Tick();
        Assert.True(client.IsClosed);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_reset_while_output_is_pending_frees_the_output()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect().Subscribe("t");
        TestClient publisher = broker.Connect();
        client.Socket.SendRoom = 1;
        publisher.Publish("t", new string('x', 100_000));
        Assert.NotEqual(0, broker.RentedBytes);
        client.Reset();
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_reset_before_connect_leaves_nothing()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Open();
        client.Send([0x10, 0xFF]);
        broker.Tick();
        client.Reset();
        Assert.Equal(0, broker.Dispatchers[0].Connections.Count);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void Publishing_to_a_connection_that_just_broke_reaches_the_others()
    {
        using var broker = new TestBroker();
        TestClient broken = broker.Connect().Subscribe("t");
        TestClient whole = broker.Connect().Subscribe("t");
        TestClient publisher = broker.Connect();
        publisher.Send("t", "x");
        broken.Socket.Reset();
        broker.Tick();
        Assert.True(broken.IsClosed);
        Assert.Equal(["x"], whole.ReadTexts());
    }

    [Fact]
    public void A_handle_that_is_reused_at_once_is_a_new_connection()
    {
        using var broker = new TestBroker();
        TestClient first = broker.Connect("first");
        int handle = first.Socket.Handle;
        first.Disconnect();
        TestClient second = broker.Connect("second").Subscribe("t");
        Assert.Equal(handle, second.Socket.Handle);
        broker.Connect().Publish("t", "x");
        Assert.Equal(["x"], second.ReadTexts());
    }

    [Fact]
    public void Nothing_is_handled_after_disconnect()
    {
        // [MQTT-3.14.4-1] [MQTT-3.14.4-2]
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("#");
        TestClient client = broker.Connect(will: new Will("will", "gone"));
        client.Send(Packets.Disconnect());
        client.Send("t", "too late");
        broker.Tick();
        Assert.True(client.IsClosed);
        watcher.ExpectNothing();
    }
}

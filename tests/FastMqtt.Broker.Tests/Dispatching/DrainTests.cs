// The orderly stop: nobody new, everyone told, what is pending sent. [MQTT-4.13.1-1]

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Broker.Tests.Scripted;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class DrainTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Clients_of_5_0_are_told_and_all_are_closed_without_their_wills(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        var will = new Will("will", "gone", 0, true);
        TestClient five = broker.Connect(at: dispatchers - 1, will: will).Subscribe("#");
        TestClient three = broker.Connect(version: ProtocolVersion.Mqtt311, will: will).Subscribe("#");
        TestClient silent = broker.Open();
        broker.Tick();
        broker.BeginStop(5_000);
        broker.Tick();
        Assert.Equal(ReasonCode.ServerShuttingDown, Assert.Single(five.Read()).Reason);
        three.ExpectNothing();
        Assert.True(silent.IsClosed);
        five.Socket.Shutdown();
        three.Socket.Shutdown();
        broker.Tick();
        Assert.All(broker.Dispatchers, dispatcher => Assert.True(dispatcher.HasDrained));
        Assert.Equal(0, broker.State.Retained.Count);
    }

    [Fact]
    public void What_is_pending_is_sent_first()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect().Subscribe("t");
        client.Socket.SendRoom = 10;
        broker.Connect().Publish("t", new string('x', 50_000));
        broker.BeginStop(5_000);
        broker.Tick();
        Assert.False(broker.Dispatchers[0].HasDrained);
        client.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        Assert.Equal(50_000, client.NextPublish().Payload.Length);
        Assert.Equal(ReasonCode.ServerShuttingDown, client.Next(PacketType.Disconnect).Reason);
    }

    [Fact]
    public void A_client_that_does_not_read_does_not_hold_up_the_stop_beyond_the_linger_time()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect().Subscribe("t");
        client.Socket.SendRoom = 0;
        broker.Connect().Publish("t", new string('x', 50_000));
        broker.BeginStop(5_000);
        broker.Tick();
        broker.Advance(Limits.LingerTimeout + 128);
        Assert.True(broker.Dispatchers[0].HasDrained);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void The_limit_ends_it_whatever_is_pending()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        client.Socket.SendRoom = 0;
        broker.BeginStop(500);
        broker.Tick();
        Assert.False(broker.Dispatchers[0].HasDrained);
        broker.Advance(499);
        Assert.False(broker.Dispatchers[0].HasDrained);
        broker.Advance(1);
        Assert.True(broker.Dispatchers[0].HasDrained);
    }

    [Fact]
    public void Nobody_is_accepted_any_more()
    {
        using var broker = new TestBroker();
        broker.Connect();
        broker.BeginStop(5_000);
        broker.Tick();
        FakeSocket late = broker.Open().Socket;
        broker.Tick();
        Assert.Equal(-1, late.Handle);
    }

    [Fact]
    public void A_connection_handed_over_to_a_dispatcher_that_has_begun_to_stop_is_closed()
    {
        using var broker = new TestBroker(2);
        TestClient blocked = broker.Connect(broker.IdentifierOn(1), at: 1);
        blocked.Socket.SendRoom = 0;
        TestClient client = broker.Open();
        broker.Tick();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, broker.IdentifierOn(1)));
        broker.BeginStop(5_000);
        broker.Dispatchers[1].Tick(); // has begun to stop before the connection comes over
        broker.Tick();
        Assert.True(client.IsClosed);
        blocked.Reset();
        Assert.All(broker.Dispatchers, dispatcher => Assert.True(dispatcher.HasDrained));
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void Acknowledgements_of_the_last_tick_are_sent()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        client.Send("t", "x", qos: 1);
        broker.BeginStop(5_000);
        broker.Tick();
        Assert.Equal([PacketType.Puback, PacketType.Disconnect], client.Read().Select(packet => packet.Type));
    }

    [Fact]
    public void After_the_end_every_socket_is_closed_and_all_memory_is_back()
    {
        var broker = new TestBroker(2);
        TestClient client = broker.Connect().Subscribe("t", 1);
        client.Socket.SendRoom = 0;
        broker.Connect(at: 1).Publish("t", new string('x', 5_000));
        broker.Dispose();
        Assert.True(client.IsClosed);
        Assert.Equal(0, broker.Network.OpenSocketCount);
        Assert.Equal(0, broker.RentedBytes);
    }
}

// The broker ends a connection: its last packet is sent, then what the client still sends is thrown away until it
// closes too or the time is over. Closing at once would reset the connection and destroy the DISCONNECT.
// [MQTT-4.13.1-1]

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Connections;

public sealed class LingeringTests
{
    [Fact]
    public void The_reason_is_sent_and_the_socket_stays_until_the_client_closes()
    {
        using var broker = new TestBroker();
        TestClient client = Offend(broker);
        Assert.Equal(ReasonCode.ProtocolError, client.Next(PacketType.Disconnect).Reason);
        Assert.True(client.Socket.IsEndedByBroker);
        Assert.False(client.IsClosed);
        client.Socket.Shutdown();
        broker.Tick();
        Assert.True(client.IsClosed);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_client_that_does_not_close_is_closed_when_the_time_is_over_and_not_before()
    {
        using var broker = new TestBroker();
        TestClient client = Offend(broker);
        broker.Advance(Limits.LingerTimeout - 1);
        Assert.False(client.IsClosed);
        broker.Advance(128);
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void What_it_sends_meanwhile_is_thrown_away()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("#");
        TestClient client = broker.Connect();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "again")); // [MQTT-3.1.0-2]
        client.Send("t", "in the same read");
        broker.Tick();
        client.Send("t", "later");
        broker.Tick();
        watcher.ExpectNothing();
        Assert.Equal(PacketType.Disconnect, Assert.Single(client.Read()).Type);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void At_the_limit_of_thrown_away_bytes_it_stays_and_one_past_it_is_closed()
    {
        using var broker = new TestBroker();
        TestClient client = Offend(broker);
        client.Send(new byte[Limits.LingerBytes]);
        broker.Tick();
        Assert.False(client.IsClosed);
        client.Send([0]);
        broker.Tick();
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void Output_that_was_pending_is_sent_before_the_reason()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient client = broker.Connect().Subscribe("t");
        client.Socket.SendRoom = 5;
        publisher.Publish("t", "before");
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "again"));
        broker.Tick();
        Assert.False(client.Socket.IsEndedByBroker);
        while (!client.Socket.IsEndedByBroker)
        {
            client.Socket.SendRoom = 5;
            broker.Tick();
        }

        Assert.Equal("before", client.NextPublish().Text);
        Assert.Equal(ReasonCode.ProtocolError, client.Next(PacketType.Disconnect).Reason);
        Assert.False(client.IsClosed);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_client_that_takes_nothing_while_lingering_is_closed_when_the_time_is_over()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        client.Socket.SendRoom = 0;
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "again"));
        broker.Tick();
        broker.Advance(Limits.LingerTimeout + 128);
        Assert.True(client.IsClosed);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_reset_while_lingering_closes_at_once()
    {
        using var broker = new TestBroker();
        TestClient client = Offend(broker);
        client.Reset();
        Assert.Equal(0, broker.Dispatchers[0].Connections.Count);
    }

    [Fact]
    public void A_3_1_1_client_gets_what_was_acknowledged_and_no_disconnect()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect(version: ProtocolVersion.Mqtt311);
        client.Send("t", "x", qos: 1);
        client.Send(Packets.Connect(ProtocolVersion.Mqtt311, "again"));
        broker.Tick();
        Assert.Equal(PacketType.Puback, Assert.Single(client.Read()).Type);
        Assert.True(client.Socket.IsEndedByBroker);
    }

    [Fact]
    public void The_session_can_be_taken_up_while_the_old_connection_lingers()
    {
        using var broker = new TestBroker();
        TestClient old = broker.ConnectPersistent("c").Subscribe("t", 1);
        old.Send(Packets.Connect(ProtocolVersion.Mqtt5, "c"));
        broker.Tick();
        Assert.False(old.IsClosed);
        TestClient next = broker.ConnectPersistent("c");
        Assert.True(next.Connack!.SessionPresent);
        Assert.Equal([ReasonCode.ProtocolError], old.Read().Select(packet => packet.Reason));
        broker.Connect().Publish("t", "x", qos: 1);
        Assert.Equal(["x"], next.ReadTexts());
        broker.Advance(Limits.LingerTimeout + 128);
        Assert.True(old.IsClosed);
        Assert.False(next.IsClosed);
    }

    private static TestClient Offend(TestBroker broker)
    {
        TestClient client = broker.Connect();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "again")); // [MQTT-3.1.0-2]
        broker.Tick();
        return client;
    }
}

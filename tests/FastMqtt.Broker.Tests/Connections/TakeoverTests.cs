// A second connection with the same Client Identifier: the older goes. [MQTT-3.1.4-3] [MQTT3-3.1.4-2]

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Connections;

public sealed class TakeoverTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_older_connection_is_told_and_the_session_goes_on(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        TestClient older = broker.ConnectPersistent("c").Subscribe("t", 1);
        TestClient newer = broker.ConnectPersistent("c", at: dispatchers - 1);
        Assert.Equal(ReasonCode.SessionTakenOver, older.Next(PacketType.Disconnect).Reason);
        Assert.True(older.Socket.IsEndedByBroker);
        Assert.True(newer.Connack!.SessionPresent);
        broker.Connect().Publish("t", "x", qos: 1);
        Assert.Equal(["x"], newer.ReadTexts());
        older.ExpectNothing();
        Assert.Equal(2, broker.Metrics.ConnectionsOpen);
        Assert.Equal(2, broker.Metrics.Sessions);
    }

    [Fact]
    public void A_3_1_1_connection_is_closed_without_a_packet()
    {
        using var broker = new TestBroker();
        TestClient older = broker.ConnectPersistent("c", ProtocolVersion.Mqtt311);
        broker.ConnectPersistent("c", ProtocolVersion.Mqtt311);
        older.ExpectNothing();
        Assert.True(older.Socket.IsEndedByBroker);
    }

    [Fact]
    public void Output_that_was_pending_goes_to_the_older_and_again_to_the_newer_as_duplicate()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient older = broker.ConnectPersistent("c").Subscribe("t", 1);
        older.Socket.SendRoom = 3;
        publisher.Publish("t", "1", qos: 1);
        publisher.Publish("t", "2", qos: 1);
        TestClient newer = broker.ConnectPersistent("c");
        List<Packet> again = newer.Read();
        Assert.Equal(["1", "2"], again.Select(packet => packet.Text));
        Assert.All(again, packet => Assert.True(packet.Duplicate)); // [MQTT-3.3.1-1]

        older.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        Assert.Equal(
            [PacketType.Publish, PacketType.Publish, PacketType.Disconnect],
            older.Read().Select(packet => packet.Type));
        newer.Acknowledge(again);
        broker.Advance(Limits.LingerTimeout + 128);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void The_wills_of_both_connections_are_their_own()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        broker.Connect("c", will: new Will("will", "older"));
        TestClient newer = broker.Connect("c", will: new Will("will", "newer"));
        Assert.Equal(["older"], watcher.ReadTexts());
        newer.Disconnect();
        watcher.ExpectNothing();
    }

    [Fact]
    public void With_clean_start_the_older_session_ends()
    {
        // [MQTT-3.1.2-4]
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient older = broker.ConnectPersistent("c").Subscribe("t", 1);
        older.Socket.SendRoom = 0;
        publisher.Publish("t", "lost", qos: 1);
        TestClient newer = broker.Connect("c");
        Assert.False(newer.Connack!.SessionPresent);
        publisher.Publish("t", "nobody", qos: 1);
        newer.ExpectNothing();
        broker.Advance(Limits.LingerTimeout + 128);
        Assert.Equal(0, broker.RentedBytes);
        Assert.Equal(2, broker.Metrics.Sessions);
    }

    [Fact]
    public void Three_connections_in_one_read_leave_the_last()
    {
        using var broker = new TestBroker();
        TestClient[] clients = [broker.Open(), broker.Open(), broker.Open()];
        foreach (TestClient client in clients)
        {
            byte[] expiry = Property.SessionExpiryInterval(9);
            client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "c", clean: false, 0, expiry));
        }

        broker.Tick();
        Assert.Equal([false, true, true], clients.Select(client => client.Next(PacketType.Connack).SessionPresent));
        Assert.Equal(ReasonCode.SessionTakenOver, clients[0].Next(PacketType.Disconnect).Reason);
        Assert.Equal(ReasonCode.SessionTakenOver, clients[1].Next(PacketType.Disconnect).Reason);
        clients[2].ExpectNothing();
        Assert.Equal(1, broker.Metrics.ConnectionsOpen);
    }

    [Fact]
    public void A_second_connection_after_disconnect_in_the_same_read_does_not_wake_the_will()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        TestClient older = broker.Connect("c", will: new Will("will", "gone"));
        TestClient newer = broker.Open();
        broker.Tick();
        older.Send(Packets.Disconnect());
        newer.Send(Packets.Connect(ProtocolVersion.Mqtt5, "c"));
        broker.Tick();
        Assert.Equal(ReasonCode.Success, newer.Next(PacketType.Connack).Reason);
        watcher.ExpectNothing(); // [MQTT-3.14.4-3]
    }
}

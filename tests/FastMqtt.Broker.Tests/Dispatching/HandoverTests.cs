// A connection accepted by one dispatcher whose session belongs to another moves there with every byte read from it.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class HandoverTests
{
    [Theory]
    [InlineData(2, 0, 1, int.MaxValue)]
    [InlineData(2, 1, 0, int.MaxValue)]
    [InlineData(3, 2, 0, 1)]
    [InlineData(3, 0, 2, 7)]
    public void Bytes_after_connect_in_the_same_read_are_handled_by_the_owner(
        int dispatchers, int at, int owner, int piece)
    {
        using var broker = new TestBroker(dispatchers);
        TestClient watcher = broker.Connect().Subscribe("#", 1);
        TestClient client = broker.Open(at: at);
        client.Socket.ReceiveLimit = piece;
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, broker.IdentifierOn(owner)));
        client.Send(Packets.Subscribe(ProtocolVersion.Mqtt5, 1, null, ("own", 0)));
        client.Send("a", "1", qos: 1, id: 2);
        client.Send("own", "2");
        client.Send("b", new string('x', 20_000), qos: 1, id: 3);
        broker.Tick();
        Assert.Equal(
            [PacketType.Connack, PacketType.Suback, PacketType.Puback, PacketType.Publish, PacketType.Puback],
            client.Read().Select(packet => packet.Type));
        Assert.Equal(["a", "own", "b"], watcher.Read().Select(packet => packet.Topic));
        Assert.Equal(broker.OwnerOf(watcher.Identifier) == owner ? 2 : 1, broker.Dispatchers[owner].Connections.Count);
        Assert.Equal(2, broker.FindSession(watcher.Identifier)!.Inflight!.Count);
    }

    [Fact]
    public void A_half_packet_after_connect_is_finished_at_the_owner()
    {
        using var broker = new TestBroker(2);
        byte[] publish = Packets.Publish(ProtocolVersion.Mqtt5, "t", "whole"u8, 1, 5);
        TestClient client = broker.Open();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, broker.IdentifierOn(1))).Send(publish.AsSpan(0, 4));
        broker.Tick();
        client.Send(publish.AsSpan(4));
        broker.Tick();
        Assert.Equal([PacketType.Connack, PacketType.Puback], client.Read().Select(packet => packet.Type));
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void An_end_of_stream_right_after_connect_is_seen_by_the_owner()
    {
        using var broker = new TestBroker(2);
        TestClient watcher = broker.Connect().Subscribe("will");
        TestClient client = broker.Open();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, broker.IdentifierOn(1), will: new Will("will", "gone")));
        client.Socket.Shutdown();
        broker.Tick();
        Assert.True(client.IsClosed);
        Assert.Equal(["gone"], watcher.ReadTexts());
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_reset_on_the_way_leaves_nothing()
    {
        using var broker = new TestBroker(2);
        TestClient client = broker.Open();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, broker.IdentifierOn(1)));
        broker.Dispatchers[0].Tick();
        broker.Dispatchers[0].Tick();
        client.Socket.Reset();
        broker.Tick();
        Assert.True(client.IsClosed);
        Assert.Equal(0, broker.Dispatchers.Sum(dispatcher => dispatcher.Connections.Count));
        Assert.Equal(0, broker.RentedBytes);
        Assert.Equal(0, broker.Metrics.ConnectionsOpen);
    }

    [Fact]
    public void The_connect_time_out_counts_from_accept()
    {
        using var broker = new TestBroker(2);
        TestClient client = broker.Open();
        broker.Tick();
        broker.Advance(9_000);
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, broker.IdentifierOn(1), keepAlive: 4));
        broker.Tick();
        client.Next(PacketType.Connack);
        broker.Advance(5_999);
        Assert.False(client.Socket.IsEndedByBroker);
        broker.Advance(128);
        Assert.True(client.Socket.IsEndedByBroker);
    }

    [Fact]
    public void Assigned_identifiers_stay_where_they_were_accepted()
    {
        // [MQTT-3.2.2-16]
        using var broker = new TestBroker(3);
        for (int at = 0; at < 3; at++)
        {
            TestClient client = broker.Connect("", at: at);
            Assert.Single(
                client.Connack!.Properties, property => property.Id == PropertyIdentifier.AssignedClientIdentifier);
            Assert.Equal(1, broker.Dispatchers[at].Connections.Count);
        }
    }

    [Fact]
    public void A_refused_connect_is_not_moved()
    {
        using var broker = new TestBroker(2);
        TestClient client = broker.Open(ProtocolVersion.Mqtt311);
        client.Send(Packets.Connect(ProtocolVersion.Mqtt311, "", clean: false));
        broker.Tick();
        Assert.Equal((byte)ConnectReturnCode.IdentifierRejected, (byte)client.Next(PacketType.Connack).Reason);
        Assert.True(client.Socket.IsEndedByBroker);
    }
}

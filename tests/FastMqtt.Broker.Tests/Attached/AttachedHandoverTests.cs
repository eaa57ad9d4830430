// An attached stream arrives at any dispatcher and goes to the one that owns its session. Notices follow it: what comes
// on the way is neither lost nor given to the wrong dispatcher.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Attached;

public sealed class AttachedHandoverTests
{
    /// <summary>Ticks until a connection is on its way: arrive, read its CONNECT.</summary>
    private const int TicksToHandover = 2;

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 3)]
    [InlineData(0, 1, int.MaxValue)]
    public void The_connection_moves_with_everything_read(int at, int owner, int piece)
    {
        using var broker = new TestBroker(2);
        var client = new AttachedClient(broker, at: at);
        byte[] bytes =
        [
            .. Packets.Connect(ProtocolVersion.Mqtt5, broker.IdentifierOn(owner)),
            .. Packets.Subscribe(ProtocolVersion.Mqtt5, 1, null, ("own", 0)),
            .. Packets.Publish(ProtocolVersion.Mqtt5, "own", "2"u8),
            .. Packets.Publish(ProtocolVersion.Mqtt5, "b", new byte[20_000], 1, 3),
        ];
        for (int i = 0; i < bytes.Length; i += Math.Min(piece, bytes.Length))
        {
            client.Send(bytes.AsSpan(i, Math.Min(piece, bytes.Length - i)));
            broker.TickOnce();
        }

        broker.Tick();
        Assert.Equal(
            [PacketType.Connack, PacketType.Suback, PacketType.Publish, PacketType.Puback],
            client.Read().Select(packet => packet.Type));
        Assert.Equal(1, broker.Dispatchers[owner].Connections.Count);
        Assert.Equal(0, broker.Dispatchers[at].Connections.Count);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_comes_while_it_is_on_its_way_is_read_by_the_owner(bool ends)
    {
        using var broker = new TestBroker(2);
        TestClient watcher = broker.Connect().Subscribe("#");
        AttachedClient client = OnItsWay(broker);
        Assert.Equal(1, broker.Dispatchers[0].Connections.Count); // the watcher
        client.Send(Packets.Publish(ProtocolVersion.Mqtt5, "t", "on the way"u8));
        if (ends)
        {
            client.Edge.Output.Complete();
        }

        broker.Dispatchers[0].Tick(); // whatever was posted here must do no harm
        broker.Tick();
        Assert.Equal(["on the way"], watcher.ReadTexts());
        Assert.Equal(ends ? 0 : 1, broker.Dispatchers[1].Connections.Count);
        Assert.Equal(ends, client.Stream.Ended.IsCompleted);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void Notices_go_to_the_owner_afterwards()
    {
        using var broker = new TestBroker(2);
        AttachedClient client = OnItsWay(broker);
        broker.Tick();
        client.Next(PacketType.Connack);
        client.Send(Packets.Pingreq);
        Assert.False(broker.Dispatchers[0].Inbox.HasItems);
        Assert.True(broker.Dispatchers[1].Inbox.HasItems);
        broker.Tick();
        client.Next(PacketType.Pingresp);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_takeover_works_between_sockets_and_attached_streams(bool olderIsAttached)
    {
        // [MQTT-3.1.4-3]
        using var broker = new TestBroker(2);
        string identifier = broker.IdentifierOn(1);
        if (olderIsAttached)
        {
            AttachedClient older = AttachedClient.Connect(broker, identifier);
            TestClient newer = broker.Connect(identifier);
            Assert.Equal(ReasonCode.SessionTakenOver, older.Next(PacketType.Disconnect).Reason);
            Assert.True(older.IsEnded);
            Assert.False(newer.IsClosed);
        }
        else
        {
            TestClient older = broker.Connect(identifier);
            AttachedClient newer = AttachedClient.Connect(broker, identifier);
            Assert.Equal(ReasonCode.SessionTakenOver, older.Next(PacketType.Disconnect).Reason);
            Assert.False(newer.Edge.Ended.IsCompleted);
            newer.Send(Packets.Pingreq);
            broker.Tick();
            newer.Next(PacketType.Pingresp);
        }

        Assert.Equal(1, broker.Metrics.ConnectionsOpen);
    }

    [Fact]
    public void An_attached_subscriber_is_served_from_the_other_dispatcher()
    {
        using var broker = new TestBroker(2);
        AttachedClient client = AttachedClient.Connect(broker, at: 1);
        client.Subscribe("t", 2);
        broker.Connect(at: 0).Publish("t", "1", qos: 1);
        Assert.Equal("1", client.Next(PacketType.Publish).Text);
    }

    // Its CONNECT was read by dispatcher 0, and dispatcher 1 has not taken it over yet.
    private static AttachedClient OnItsWay(TestBroker broker)
    {
        var client = new AttachedClient(broker);
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, broker.IdentifierOn(1)));
        for (int i = 0; i < TicksToHandover; i++)
        {
            broker.Dispatchers[0].Tick();
        }

        Assert.True(broker.Dispatchers[1].Inbox.HasItems);
        return client;
    }
}

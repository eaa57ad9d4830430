// A connection over pipes is a connection like any other: input in any pieces, back pressure both ways, no memory left.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using FastMqtt.Transport;
using Xunit;

namespace FastMqtt.Broker.Tests.Attached;

public sealed class AttachedStreamTests
{
    private const int MessageBytes = 1_000_000;

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311, 1)]
    [InlineData(ProtocolVersion.Mqtt5, 1)]
    [InlineData(ProtocolVersion.Mqtt311, 2)]
    [InlineData(ProtocolVersion.Mqtt5, 7)]
    [InlineData(ProtocolVersion.Mqtt5, 4_097)]
    [InlineData(ProtocolVersion.Mqtt5, int.MaxValue)]
    public void Packets_are_handled_however_they_are_split(ProtocolVersion version, int piece)
    {
        // [MQTT-6.0.0-2]
        using var broker = new TestBroker();
        var client = new AttachedClient(broker, version);
        byte[] bytes =
        [
            .. Packets.Connect(version, "c"), .. Packets.Subscribe(version, 1, null, ("t/#", 1)),
            .. Packets.Publish(version, "t/1", new byte[9_000], 1, 5), .. Packets.Pingreq,
        ];
        for (int i = 0; i < bytes.Length; i += Math.Min(piece, bytes.Length))
        {
            client.Send(bytes.AsSpan(i, Math.Min(piece, bytes.Length - i)));
            broker.TickOnce();
        }

        broker.Tick();
        Assert.Equal(
            [PacketType.Connack, PacketType.Suback, PacketType.Puback, PacketType.Publish, PacketType.Pingresp],
            client.Read().Select(packet => packet.Type).Order(Comparer<PacketType>.Create(ByArrival)));
        Assert.Equal(bytes.Length, broker.Metrics.BytesReceived);
        Assert.Equal(1, broker.Metrics.SocketsOpened);

        static int ByArrival(PacketType x, PacketType y) => Rank(x) - Rank(y);
        static int Rank(PacketType type) => type switch
        {
            PacketType.Connack => 0,
            PacketType.Suback => 1,
            PacketType.Puback => 2, // before or after its own delivery
            PacketType.Publish => 3,
            _ => 4,
        };
    }

    [Fact]
    public void An_edge_that_writes_more_than_the_limit_is_held_up_until_it_was_read()
    {
        using var broker = new TestBroker();
        AttachedClient client = AttachedClient.Connect(broker);
        byte[] publish = Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[MessageBytes], 1, 9);
        Assert.True(client.Send(publish.AsSpan(0, Limits.AttachedIncomingBytes - 1)));
        Assert.False(client.Send(publish.AsSpan(Limits.AttachedIncomingBytes - 1, 1)));
        broker.Tick();
        client.Send(publish.AsSpan(Limits.AttachedIncomingBytes));
        broker.Tick();
        Assert.True(client.Flush().IsCompletedSuccessfully);
        Assert.Equal((ushort)9, client.Next(PacketType.Puback).Id);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(20_000)]
    [InlineData(int.MaxValue)]
    public void What_the_edge_does_not_take_waits_in_the_dispatcher_and_goes_on_when_it_does(int taken)
    {
        using var broker = new TestBroker();
        AttachedClient client = AttachedClient.Connect(broker);
        client.Subscribe("t");
        TestClient publisher = broker.Connect();
        byte[] payload = new byte[MessageBytes];
        Random.Shared.NextBytes(payload);
        publisher.Send(Packets.Publish(ProtocolVersion.Mqtt5, "t", payload));
        publisher.Publish("t", "behind", qos: 1);
        long waiting = broker.RentedBytes;
        Assert.True(waiting > 0);

        // Full is the limit and one piece: the rest is where it is counted.
        int first = client.Take();
        Assert.InRange(first, Limits.AttachedOutgoingBytes, Limits.AttachedOutgoingBytes + Limits.AttachedPieceBytes);
        int left = 20_000;
        do
        {
            broker.Tick();
            Assert.True(--left > 0, "The rest does not come.");
        }
        while (client.Take(taken) > 0);
        Assert.Equal(payload, client.Next(PacketType.Publish).Payload);
        Assert.Equal("behind", client.Next(PacketType.Publish).Text);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_subscriber_that_takes_nothing_loses_qos_0_at_the_same_limit_as_others()
    {
        using var broker = new TestBroker();
        AttachedClient client = AttachedClient.Connect(broker);
        client.Subscribe("t");
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 20; i++)
        {
            publisher.Publish("t", new string('x', MessageBytes));
        }

        publisher.Send(Packets.Pingreq);
        broker.Tick();
        publisher.Next(PacketType.Pingresp);
        Assert.InRange(broker.RentedBytes, 1, 2 * Limits.OutputBytesMax);
        while (client.Take() > 0)
        {
            broker.Tick();
        }

        Assert.InRange(client.Read().Count, 15, 18);
    }

    [Fact]
    public void However_much_is_written_there_is_one_notice_at_a_time()
    {
        using var broker = new TestBroker();
        AttachedClient client = AttachedClient.Connect(broker);
        for (int i = 0; i <= Limits.InboxBatch; i++)
        {
            client.Send(Packets.Pingreq);
        }

        Assert.True(broker.Dispatchers[0].Inbox.HasItems);
        broker.TickOnce();
        Assert.False(broker.Dispatchers[0].Inbox.HasItems);
        broker.Tick();
        Assert.Equal(Limits.InboxBatch + 1, client.Read().Count);
    }

    [Fact]
    public void Sending_through_full_pipes_reports_would_block_and_one_notice()
    {
        using var broker = new TestBroker();
        AttachedClient client = AttachedClient.Connect(broker);
        byte[] much = new byte[2 * Limits.AttachedOutgoingBytes];
        Assert.Equal(IoStatus.Done, client.Stream.Send(0, much, out int count));
        Assert.Equal(Limits.AttachedOutgoingBytes, count);
        Assert.Equal(IoStatus.WouldBlock, client.Stream.Send(0, much, out count));
        Assert.Equal(IoStatus.WouldBlock, client.Stream.Send(0, much, out count));
        Assert.Equal(0, count);
        Assert.False(broker.Dispatchers[0].Inbox.HasItems);
        client.Take(Limits.AttachedOutgoingBytes / 2);
        Assert.False(broker.Dispatchers[0].Inbox.HasItems);
        client.Take(1);
        Assert.True(broker.Dispatchers[0].Inbox.HasItems);
        Assert.Equal(IoStatus.Done, client.Stream.Send(0, much.AsSpan(0, 10), out count));
        Assert.Equal(10, count);
    }
}

// Time limits of a connection: CONNECT in time, a packet at least every one and a half keep alives. A timer is never
// early, and late by less than one slot of the wheel.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Connections;

public sealed class KeepAliveTests
{
    /// <summary>One slot of the timer wheel.</summary>
    private const int Precision = 128;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(300)]
    [InlineData(65_535)]
    public void A_silent_client_is_closed_at_one_and_a_half_keep_alives_and_not_before(int seconds)
    {
        // [MQTT-3.1.2-22] [MQTT3-3.1.2-24]
        using var broker = new TestBroker();
        TestClient client = broker.Connect(keepAlive: (ushort)seconds);
        broker.Advance((seconds * 1500L) - 1);
        Assert.False(client.Socket.IsEndedByBroker);
        broker.Advance(Precision);
        Assert.True(client.Socket.IsEndedByBroker);
        Assert.Equal(ReasonCode.KeepAliveTimeout, client.Next(PacketType.Disconnect).Reason);
    }

    [Fact]
    public void Each_packet_starts_the_time_anew()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect(keepAlive: 10);
        for (int i = 0; i < 5; i++)
        {
            broker.Advance(14_999);
            client.Send(Packets.Pingreq);
            broker.Tick();
            client.Next(PacketType.Pingresp);
        }

        broker.Advance(14_999);
        Assert.False(client.Socket.IsEndedByBroker);
        broker.Advance(Precision);
        Assert.True(client.Socket.IsEndedByBroker);
    }

    [Fact]
    public void Zero_means_for_ever()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect(keepAlive: 0);
        broker.Advance(TimeSpan.MillisecondsPerDay * 40);
        Assert.False(client.Socket.IsEndedByBroker);
        client.Publish("t", "x", qos: 1);
    }

    [Fact]
    public void What_the_broker_sends_does_not_count()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient client = broker.Connect(keepAlive: 10).Subscribe("t");
        for (int i = 0; i < 15; i++)
        {
            broker.Advance(1_000 + (i == 14 ? Precision : 0));
            publisher.Publish("t", "x");
        }

        Assert.True(client.Socket.IsEndedByBroker);
    }

    [Fact]
    public void A_maximum_of_the_broker_replaces_a_longer_keep_alive_and_is_announced()
    {
        // [MQTT-3.2.2-21] [MQTT-3.2.2-22]
        using var broker = new TestBroker(configure: options => options.MaximumKeepAlive = 20);
        TestClient within = broker.Connect(keepAlive: 20);
        Assert.Null(within.Connack!.Integer(PropertyIdentifier.ServerKeepAlive));
        TestClient longer = broker.Connect(keepAlive: 21);
        Assert.Equal(20u, longer.Connack!.Integer(PropertyIdentifier.ServerKeepAlive));
        TestClient none = broker.Connect(keepAlive: 0);
        Assert.Equal(20u, none.Connack!.Integer(PropertyIdentifier.ServerKeepAlive));
        TestClient old = broker.Connect(version: ProtocolVersion.Mqtt311, keepAlive: 100);
        broker.Advance(29_999);
        Assert.False(longer.Socket.IsEndedByBroker);
        broker.Advance(Precision);
        Assert.True(longer.Socket.IsEndedByBroker);
        Assert.True(none.Socket.IsEndedByBroker);
        Assert.False(old.Socket.IsEndedByBroker);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_socket_without_connect_is_closed_when_the_time_is_over_and_not_before(bool trickles)
    {
        using var broker = new TestBroker();
        TestClient client = broker.Open();
        broker.Tick();
        byte[] connect = Packets.Connect(ProtocolVersion.Mqtt5, "slow");
        for (int i = 0; i < 9; i++)
        {
            if (trickles)
            {
                client.Send(connect.AsSpan(i, 1));
            }

            broker.Advance(1_000);
        }

        broker.Advance(Limits.ConnectTimeout - 9_001);
        Assert.False(client.IsClosed);
        broker.Advance(Precision);
        Assert.True(client.IsClosed);
        client.ExpectNothing();
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_client_that_connected_in_time_is_not_closed()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Open();
        broker.Tick();
        broker.Advance(Limits.ConnectTimeout - 1);
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "late"));
        broker.Tick();
        client.Next(PacketType.Connack);
        broker.Advance(Limits.ConnectTimeout * 2);
        Assert.False(client.Socket.IsEndedByBroker);
    }
}

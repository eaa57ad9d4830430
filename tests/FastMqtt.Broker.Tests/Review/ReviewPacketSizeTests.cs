// The client's Maximum Packet Size holds for every packet, not for PUBLISH alone. [MQTT-3.1.2-24]

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Review;

public sealed class ReviewPacketSizeTests
{
    // [MQTT-3.1.2-24] What was agreed cannot be told to this client: refused, with a CONNACK that fits.
    [Theory]
    [InlineData(5)]
    [InlineData(15)]
    public void A_client_that_does_not_take_the_connack_is_refused(uint maximum)
    {
        using var broker = new TestBroker();
        TestClient client = broker.Open();
        client.Send(Packets.Connect(
            ProtocolVersion.Mqtt5, "small", properties: Property.MaximumPacketSize(maximum)));
        broker.Tick();
        Packet connack = client.Next(PacketType.Connack);
        Assert.Equal(ReasonCode.PacketTooLarge, connack.Reason);
        Assert.InRange(connack.Size, 0, (int)maximum);
        Assert.True(client.Socket.IsEndedByBroker);
        Assert.Null(broker.FindSession("small"));
    }

    [Fact]
    public void A_client_that_takes_no_connack_at_all_is_closed()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Open();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "tiny", properties: Property.MaximumPacketSize(4)));
        broker.Tick();
        client.ExpectNothing();
        Assert.True(client.Socket.IsEndedByBroker);
        Assert.Null(broker.FindSession("tiny"));
    }

    // [MQTT-3.2.2-19] No Reason String that makes it too large.
    [Fact]
    public void A_refusal_leaves_out_a_reason_string_that_does_not_fit()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Open();
        client.Send(Packets.Connect(
            ProtocolVersion.Mqtt5,
            "small",
            properties: [.. Property.MaximumPacketSize(20), (byte)PropertyIdentifier.AuthenticationMethod, .. Packets.Text("x")]));
        broker.Tick();
        Packet connack = client.Next(PacketType.Connack);
        Assert.Equal(ReasonCode.BadAuthenticationMethod, connack.Reason);
        Assert.InRange(connack.Size, 0, 20);
    }

    [Theory]
    [InlineData(18, true)]
    [InlineData(19, false)]
    public void A_suback_larger_than_the_client_takes_ends_the_connection(int filters, bool fits)
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect(properties: Property.MaximumPacketSize(23));
        client.Send(Packets.Subscribe(
            ProtocolVersion.Mqtt5, 1, null, [.. Enumerable.Range(0, filters).Select(i => ($"t/{i}", 0))]));
        broker.Tick();
        if (fits)
        {
            Assert.Equal(filters, client.Next(PacketType.Suback).Codes.Length);
            return;
        }

        Assert.Equal(ReasonCode.PacketTooLarge, client.Next(PacketType.Disconnect).Reason);
        Assert.True(client.Socket.IsEndedByBroker);
    }

    [Fact]
    public void An_unsuback_larger_than_the_client_takes_ends_the_connection()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect(properties: Property.MaximumPacketSize(23));
        byte[] body = [0, 1, 0, .. Enumerable.Range(0, 19).SelectMany(i => Packets.Text("t"))];
        client.Send([0xA2, (byte)body.Length, .. body]);
        broker.Tick();
        Assert.Equal(ReasonCode.PacketTooLarge, client.Next(PacketType.Disconnect).Reason);
    }

    // The other direction: a burst is held to the broker's own limit like any packet. [MQTT-3.2.2-15]
    [Fact]
    public void A_packet_over_the_brokers_limit_does_not_pass_behind_a_small_one()
    {
        using var broker = new TestBroker(configure: options => options.MaximumPacketSize = 100);
        TestClient subscriber = broker.Connect().Subscribe("t");
        TestClient publisher = broker.Connect();
        publisher.Send(
        [
            .. Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[50]),
            .. Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[50]),
            .. Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[500]),
        ]);
        broker.Tick();
        Assert.Equal(2, subscriber.Read().Count);
        Assert.Equal(ReasonCode.PacketTooLarge, publisher.Next(PacketType.Disconnect).Reason);
    }
}

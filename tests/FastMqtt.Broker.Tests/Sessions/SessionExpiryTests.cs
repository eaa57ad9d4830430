// How long a session outlives its connection. [MQTT-3.1.2-23]

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Sessions;

public sealed class SessionExpiryTests
{
    private const int Precision = 128;

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(131)]
    [InlineData(132)]
    [InlineData(86_400)]
    public void A_session_ends_at_its_expiry_and_not_before(int seconds)
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient client = broker.Connect(properties: Property.SessionExpiryInterval((uint)seconds)).Subscribe("t", 1);
        client.Reset();
        publisher.Publish("t", "waits", qos: 1);
        broker.Advance((seconds * 1000L) - 1);
        Assert.NotNull(broker.FindSession(client.Identifier));
        broker.Advance(Precision);
        Assert.Null(broker.FindSession(client.Identifier));
        Assert.Equal(1, broker.Metrics.SessionsExpired);
        Assert.Equal(0, broker.RentedBytes);
        Assert.Equal(0, broker.State.Subscriptions.SubscriptionCount);
    }

    [Fact]
    public void A_client_that_comes_back_just_in_time_has_everything()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect("c", properties: Property.SessionExpiryInterval(60)).Subscribe("t", 1);
        client.Reset();
        broker.Connect().Publish("t", "waits", qos: 1);
        broker.Advance(59_999);
        TestClient back = broker.ConnectPersistent("c");
        Assert.True(back.Connack!.SessionPresent);
        Assert.Equal(["waits"], back.ReadTexts());
        broker.AdvanceSeconds(200);
        Assert.False(back.IsClosed);
        Assert.NotNull(broker.FindSession("c")!.Client);
    }

    [Fact]
    public void Zero_ends_with_the_connection_however_it_ends()
    {
        using var broker = new TestBroker();
        broker.Connect("a").Subscribe("t", 1).Disconnect();
        broker.Connect("b").Subscribe("t", 1).Reset();
        Assert.Null(broker.FindSession("a"));
        Assert.Null(broker.FindSession("b"));
        Assert.Equal(0, broker.Metrics.Sessions);
    }

    [Fact]
    public void Disconnect_can_change_it()
    {
        using var broker = new TestBroker();
        broker.ConnectPersistent("a").Disconnect(properties: Property.SessionExpiryInterval(0));
        Assert.Null(broker.FindSession("a"));
        broker.ConnectPersistent("b").Disconnect(properties: Property.SessionExpiryInterval(5));
        broker.Advance(4_999);
        Assert.NotNull(broker.FindSession("b"));
        broker.Advance(Precision);
        Assert.Null(broker.FindSession("b"));
    }

    [Fact]
    public void Disconnect_cannot_give_a_session_without_expiry_one()
    {
        // Section 3.14.2.2.2
        using var broker = new TestBroker();
        TestClient client = broker.Connect("a");
        client.Send(Packets.Disconnect(ReasonCode.Success, Property.SessionExpiryInterval(5)));
        broker.Tick();
        Assert.Equal(ReasonCode.ProtocolError, client.Next(PacketType.Disconnect).Reason);
        Assert.Null(broker.FindSession("a"));
    }

    [Fact]
    public void The_largest_interval_never_ends_and_neither_does_a_3_1_1_session()
    {
        using var broker = new TestBroker();
        broker.Connect("five", properties: Property.SessionExpiryInterval(uint.MaxValue)).Reset();
        broker.ConnectPersistent("three", ProtocolVersion.Mqtt311).Reset();
        broker.Connect("long", properties: Property.SessionExpiryInterval(uint.MaxValue - 1)).Reset();
        broker.Advance(TimeSpan.MillisecondsPerDay * 365 * 20);
        Assert.NotNull(broker.FindSession("five"));
        Assert.NotNull(broker.FindSession("three"));
        Assert.NotNull(broker.FindSession("long"));
        broker.Advance(TimeSpan.MillisecondsPerDay * 365 * 120);
        Assert.Null(broker.FindSession("long"));
        Assert.NotNull(broker.FindSession("five"));
    }

    [Fact]
    public void A_new_connection_sets_it_anew()
    {
        using var broker = new TestBroker();
        broker.Connect("c", properties: Property.SessionExpiryInterval(1_000)).Reset();
        broker.Connect("c", clean: false, properties: Property.SessionExpiryInterval(5)).Reset();
        broker.Advance(5_000 + Precision);
        Assert.Null(broker.FindSession("c"));
    }
}

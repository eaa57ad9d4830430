// How many may connect: to a listener, to the broker, from one address, and how fast. Who is one too many is closed
// before anything is read of it.

using System.Net;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using FastMqtt.Transport;
using Xunit;

namespace FastMqtt.Broker.Tests.Options;

public sealed class ConnectionLimitTests
{
    [Fact]
    public void A_listener_takes_as_many_connections_as_it_may()
    {
        using var broker = new TestBroker(listenerOptions: new() { AllowAnonymous = true, MaximumConnections = 2 });
        TestClient one = broker.Connect("one");
        broker.Connect("two");
        TestClient three = Refused(broker, null);
        Assert.Equal(0, three.Socket.ReceiveCalls);
        Assert.Equal(1, broker.Metrics.ConnectionsTurnedAway);
        one.Disconnect();
        broker.Connect("three");
        Refused(broker, null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Without_a_number_there_is_no_limit(int none)
    {
        using var broker = new TestBroker(
            1,
            options => options.MaximumConnections = none,
            new() { AllowAnonymous = true, MaximumConnections = none });
        for (int i = 0; i < 100; i++)
        {
            broker.Connect();
        }

        Assert.Equal(0, broker.Metrics.ConnectionsTurnedAway);
    }

    [Fact]
    public void The_broker_takes_as_many_connections_of_all_listeners_as_it_may()
    {
        using var broker = new TestBroker(2, options => options.MaximumConnections = 2);
        TestClient one = broker.Connect(broker.IdentifierOn(1), at: 0); // accepted here, at home there
        broker.Connect(broker.IdentifierOn(1), at: 1);
        Refused(broker, null);
        one.Reset();
        broker.Connect(broker.IdentifierOn(0), at: 0);
        Refused(broker, null);
        Assert.Equal(1, broker.Listeners[1].Connections);
    }

    [Fact]
    public void A_limit_that_is_changed_holds_for_the_next()
    {
        using var broker = new TestBroker();
        broker.Connect("one");
        broker.Connect("two");
        broker.Listeners[0].Options = new() { AllowAnonymous = true, MaximumConnections = 2 };
        Refused(broker, null);
        broker.Listeners[0].Options = new() { AllowAnonymous = true, MaximumConnections = 3 };
        broker.Connect("three");
    }

    [Fact]
    public void An_address_has_as_many_connections_as_it_may()
    {
        using var broker = new TestBroker(
            listenerOptions: new() { AllowAnonymous = true, MaximumConnectionsPerAddress = 2 });
        TestClient one = From(broker, "192.0.2.1");
        From(broker, "192.0.2.1");
        Refused(broker, "192.0.2.1");
        From(broker, "192.0.2.2");
        one.Socket.Reset();
        broker.Tick();
        From(broker, "192.0.2.1");
        Refused(broker, "192.0.2.1");
        Assert.Equal(3, broker.Listeners[0].Connections);
    }

    [Fact]
    public void An_IPv6_address_counts_as_its_network()
    {
        using var broker = new TestBroker(
            listenerOptions: new() { AllowAnonymous = true, MaximumConnectionsPerAddress = 1 });
        From(broker, "2001:db8::1");
        Refused(broker, "2001:db8::ffff:0:0:2");
        From(broker, "2001:db8:0:1::1");
        From(broker, "192.0.2.1");
        Refused(broker, "::ffff:192.0.2.1");
    }

    [Fact]
    public void An_address_connects_no_faster_than_it_may()
    {
        using var broker = new TestBroker(listenerOptions: new() { AllowAnonymous = true, ConnectRatePerAddress = 4 });
        for (int i = 0; i < 4; i++)
        {
            From(broker, "192.0.2.1").Socket.Reset();
        }

        Refused(broker, "192.0.2.1");
        From(broker, "192.0.2.2");
        broker.Advance(250);
        From(broker, "192.0.2.1");
        Refused(broker, "192.0.2.1");
        broker.Advance(10_000);
        for (int i = 0; i < 4; i++)
        {
            From(broker, "192.0.2.1"); // what was not used in ten seconds is not saved up
        }

        Refused(broker, "192.0.2.1");
    }

    [Fact]
    public void A_connection_that_moves_to_its_dispatcher_is_counted_once()
    {
        using var broker = new TestBroker(
            2, null, new() { AllowAnonymous = true, MaximumConnectionsPerAddress = 1, MaximumConnections = 5 });
        TestClient client = broker.Connect(broker.IdentifierOn(1), at: 0);
        Assert.Equal(1, broker.Listeners[0].Connections);
        client.Disconnect();
        Assert.Equal(0, broker.Listeners[0].Connections);
        broker.Connect(broker.IdentifierOn(1), at: 0);
    }

    [Fact]
    public void Addresses_without_connections_are_forgotten()
    {
        var limiter = new AddressLimiter();
        Assert.Equal(Admission.Admitted, limiter.TryEnter(Address(0), 1, 1, 1_000));
        for (int i = 1; i <= 3 * Limits.IdleAddresses; i++)
        {
            Assert.Equal(Admission.Admitted, limiter.TryEnter(Address(i), 1, 1, 1_000 + (i / 100)));
            limiter.Leave(Address(i));
        }

        Assert.InRange(limiter.Count, 1, Limits.IdleAddresses + 2);
        Assert.Equal(Admission.AddressFull, limiter.TryEnter(Address(0), 1, 1, 9_000)); // who is here is not
    }

    [Fact]
    public void An_address_without_a_rate_is_forgotten_with_its_last_connection()
    {
        var limiter = new AddressLimiter();
        limiter.TryEnter(Address(1), 2, 0, 1_000);
        limiter.TryEnter(Address(1), 2, 0, 1_000);
        Assert.Equal(Admission.AddressFull, limiter.TryEnter(Address(1), 2, 0, 1_000));
        limiter.Leave(Address(1));
        Assert.Equal(1, limiter.Count);
        limiter.Leave(Address(1));
        limiter.Leave(Address(1)); // it was not counted: there was no limit then
        Assert.Equal(0, limiter.Count);
    }

    [Fact]
    public void When_very_many_leave_at_once_the_others_get_their_turn_between_slices()
    {
        using var broker = new TestBroker();
        TestClient other = broker.Connect("other");
        List<TestClient> crowd = [];
        for (int i = 0; i < (3 * Limits.CloseBatch) - 10; i++)
        {
            crowd.Add(broker.Connect());
        }

        crowd.ForEach(client => client.Socket.Reset());
        broker.TickOnce();
        Assert.Equal(Limits.CloseBatch, crowd.Count(client => client.IsClosed));
        other.Send(Packets.Pingreq);
        Assert.False(broker.TickOnce());
        other.Next(PacketType.Pingresp);
        Assert.Equal(2 * Limits.CloseBatch, crowd.Count(client => client.IsClosed));
        broker.Tick();
        Assert.All(crowd, client => Assert.True(client.IsClosed));
    }

    private static PeerAddress Address(int number) =>
        PeerAddress.FromEndPoint(new IPEndPoint(new IPAddress(0x0A + ((long)number << 8)), number & 0xFFFF));

    private static TestClient From(TestBroker broker, string? address)
    {
        TestClient client = broker.Open();
        if (address is not null)
        {
            var endPoint = new IPEndPoint(IPAddress.Parse(address), client.Socket.Peer.Port);
            client.Socket.Peer = PeerAddress.FromEndPoint(endPoint);
        }

        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, broker.IdentifierOn(0)));
        broker.Tick();
        Assert.Equal(ReasonCode.Success, client.Next(PacketType.Connack).Reason);
        return client;
    }

    private static TestClient Refused(TestBroker broker, string? address)
    {
        TestClient client = broker.Open();
        if (address is not null)
        {
            var endPoint = new IPEndPoint(IPAddress.Parse(address), client.Socket.Peer.Port);
            client.Socket.Peer = PeerAddress.FromEndPoint(endPoint);
        }

        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, broker.IdentifierOn(0)));
        broker.Tick();
        client.ExpectNothing();
        Assert.True(client.IsClosed);
        return client;
    }
}

// User names and passwords: who comes in, what the others are told, and that nothing of it happens on a dispatcher.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Access;

public sealed class LoginTests
{
    [Theory]
    [InlineData(ProtocolVersion.Mqtt31)]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void The_right_password_lets_in(ProtocolVersion version)
    {
        using var broker = new TestBroker(listenerOptions: Listener(new FakeUsers()));
        TestClient client = Connect(broker, version, "ann", "secret");
        Assert.Equal(ReasonCode.Success, client.Next(PacketType.Connack).Reason);
        client.Subscribe("a");
        client.Publish("a", "text");
        Assert.Equal("text", client.NextPublish().Text);
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311, "ann", "wrong", 4)]
    [InlineData(ProtocolVersion.Mqtt311, "eve", "secret", 4)]
    [InlineData(ProtocolVersion.Mqtt5, "ann", "wrong", 0x86)]
    [InlineData(ProtocolVersion.Mqtt5, "eve", "secret", 0x86)]
    [InlineData(ProtocolVersion.Mqtt311, null, null, 5)]
    [InlineData(ProtocolVersion.Mqtt5, null, null, 0x87)]
    [InlineData(ProtocolVersion.Mqtt5, null, "secret", 0x87)]
    public void Nobody_else_comes_in(ProtocolVersion version, string? name, string? password, byte code)
    {
        // [MQTT-3.1.4-2] [MQTT3-3.2.2-5] the wrong name and the wrong password look the same
        using var broker = new TestBroker(listenerOptions: Listener(new FakeUsers()));
        TestClient client = Connect(broker, version, name, password);
        Assert.Equal(code, (byte)client.Next(PacketType.Connack).Reason);
        client.Socket.Shutdown();
        broker.Tick();
        Assert.True(client.IsClosed);
        Assert.Equal(1, broker.Metrics.DeniedConnect);
        Assert.Null(broker.FindSession("me"));
    }

    [Fact]
    public void Who_gives_no_name_may_come_in_where_that_is_allowed()
    {
        using var broker = new TestBroker(listenerOptions: Listener(new FakeUsers(), anonymous: true));
        TestClient anonymous = broker.Connect("nobody");
        Assert.Null(broker.FindSession("nobody")!.UserName);
        anonymous.Publish("a", "text", 1);

        TestClient unknown = Connect(broker, ProtocolVersion.Mqtt5, "eve", "secret");
        Assert.Equal(ReasonCode.BadUserNameOrPassword, unknown.Next(PacketType.Connack).Reason);
    }

    [Fact]
    public void Without_an_authenticator_a_name_is_only_a_name()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Open();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "me", userName: "ann", password: "any"));
        broker.Tick();
        Assert.Equal(ReasonCode.Success, client.Next(PacketType.Connack).Reason);
        Assert.Equal("ann", broker.FindSession("me")!.UserName);
    }

    [Fact]
    public void The_authenticator_is_told_what_connect_says()
    {
        var users = new FakeUsers();
        using var broker = new TestBroker(listenerOptions: Listener(users));
        Connect(broker, ProtocolVersion.Mqtt5, "ann", "secret").Next(PacketType.Connack);
        AuthenticationRequest request = Assert.Single(users.Requests);
        Assert.Equal(("me", "ann", "front door"), (request.ClientId, request.UserName, request.Listener));
        Assert.Equal(ProtocolVersion.Mqtt5, request.Version);
        Assert.NotNull(request.Address);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_sent_behind_connect_waits_and_others_do_not(int dispatchers)
    {
        var users = new FakeUsers { Waits = true };
        using var broker = new TestBroker(dispatchers, listenerOptions: Listener(users, anonymous: true));
        TestClient bystander = broker.Connect("bystander").Subscribe("a");
        TestClient client = broker.Open();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "me", userName: "ann", password: "secret"));
        client.Send("a", "early", qos: 1);
        broker.Tick();
        client.ExpectNothing();
        bystander.Publish("b", "goes on", 1);

        users.Gate.SetResult();
        broker.TickUntilAnswered();
        Assert.Equal(ReasonCode.Success, client.Next(PacketType.Connack).Reason);
        client.Next(PacketType.Puback);
        Assert.Equal("early", bystander.NextPublish().Text);
        Assert.Single(users.Requests);
    }

    [Fact]
    public void A_client_that_goes_meanwhile_cancels_the_question()
    {
        var users = new FakeUsers { Waits = true };
        using var broker = new TestBroker(listenerOptions: Listener(users));
        TestClient client = broker.Open();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "me", userName: "ann", password: "secret"));
        broker.Tick();
        broker.Advance(20_000); // the time for a CONNECT is over
        Assert.True(client.IsClosed);
        broker.TickUntil(() => users.Cancellation.IsCancellationRequested); // it may not even have been asked yet
        Assert.Null(broker.FindSession("me"));
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_fault_of_the_authenticator_refuses()
    {
        var users = new FakeUsers { Fault = new InvalidOperationException("broken") };
        using var broker = new TestBroker(listenerOptions: Listener(users));
        Assert.Equal(
            ReasonCode.ServerUnavailable,
            Connect(broker, ProtocolVersion.Mqtt5, "ann", "secret").Next(PacketType.Connack).Reason);
        Assert.Equal(
            3, (byte)Connect(broker, ProtocolVersion.Mqtt311, "ann", "secret").Next(PacketType.Connack).Reason);
    }

    [Fact]
    public void An_identifier_the_broker_makes_is_the_one_the_authenticator_saw()
    {
        // [MQTT-3.2.2-16]
        var users = new FakeUsers();
        using var broker = new TestBroker(2, listenerOptions: Listener(users));
        TestClient client = broker.Open();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "", userName: "ann", password: "secret"));
        broker.Tick();
        broker.TickUntilAnswered();
        Packet connack = client.Next(PacketType.Connack);
        Assert.Equal(Assert.Single(users.Requests).ClientId, connack.Data(PropertyIdentifier.AssignedClientIdentifier));
    }

    [Fact]
    public void A_session_is_not_given_to_another_user()
    {
        using var broker = new TestBroker(listenerOptions: Listener(new FakeUsers()));
        TestClient ann = Connect(broker, ProtocolVersion.Mqtt5, "ann", "secret", clean: false);
        ann.Next(PacketType.Connack);
        ann.Subscribe("private", 1);
        ann.Reset();

        TestClient bob = Connect(broker, ProtocolVersion.Mqtt5, "bob", "hidden", clean: false);
        Assert.False(bob.Next(PacketType.Connack).SessionPresent);
        bob.Publish("private", "for ann", 1);
        bob.ExpectNothing();
        bob.Reset();

        TestClient again = Connect(broker, ProtocolVersion.Mqtt5, "bob", "hidden", clean: false);
        Assert.True(again.Next(PacketType.Connack).SessionPresent);
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void Credentials_that_end_disconnect(ProtocolVersion version)
    {
        var users = new FakeUsers { ExpiresAt = TimeProvider.System.GetUtcNow().AddHours(30) };
        using var broker = new TestBroker(listenerOptions: Listener(users));
        TestClient client = Connect(broker, version, "ann", "secret");
        client.Next(PacketType.Connack);
        broker.Time.AdvanceUtc(TimeSpan.FromHours(29));
        broker.Advance((long)TimeSpan.FromHours(29).TotalMilliseconds);
        client.ExpectNothing();
        broker.Time.AdvanceUtc(TimeSpan.FromHours(2));
        broker.Advance((long)TimeSpan.FromHours(2).TotalMilliseconds);
        if (version == ProtocolVersion.Mqtt5)
        {
            Assert.Equal(ReasonCode.NotAuthorized, client.Next(PacketType.Disconnect).Reason);
        }

        client.Socket.Shutdown();
        broker.Tick();
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void Rules_that_come_with_the_credentials_replace_the_listeners()
    {
        var own = FakeRules.Denying((_, _, topic) => topic == "mine");
        ListenerOptions listener = new()
        {
            Authenticator = new FakeUsers { AccessRules = own },
            AccessRules = FakeRules.Denying((_, _, topic) => topic == "theirs"),
        };
        using var broker = new TestBroker(listenerOptions: listener);
        TestClient client = Connect(broker, ProtocolVersion.Mqtt5, "ann", "secret");
        client.Next(PacketType.Connack);
        Assert.Equal((byte)ReasonCode.NotAuthorized, client.TrySubscribe("mine"));
        Assert.Equal(0, client.TrySubscribe("theirs"));
    }

    internal static ListenerOptions Listener(IAuthenticator authenticator, bool anonymous = false) => new()
    {
        Name = "front door",
        Authenticator = authenticator,
        AllowAnonymous = anonymous,
    };

    internal static TestClient Connect(
        TestBroker broker, ProtocolVersion version, string? name, string? password, bool clean = true)
    {
        TestClient client = broker.Open(version);
        byte[]? properties = clean ? null : Property.SessionExpiryInterval(3_600);
        client.Send(Packets.Connect(
            version, "me", clean, properties: properties, userName: name, password: password));
        broker.Tick();
        broker.TickUntilAnswered();
        return client;
    }
}

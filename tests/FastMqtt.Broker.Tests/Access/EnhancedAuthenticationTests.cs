// Enhanced authentication: the exchange before CONNACK and the one on a connection that stands, MQTT 5.0 section 4.12.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Access;

public sealed class EnhancedAuthenticationTests
{
    private const string Method = "RIDDLE";

    [Fact]
    public void An_exchange_that_ends_well_lets_in_and_carries_data_in_connack()
    {
        // [MQTT-4.12.0-2] [MQTT-4.12.0-3] [MQTT-4.12.0-5]
        using TestBroker broker = Broker();
        TestClient client = Begin(broker, "me", "ann");
        Packet question = client.Next(PacketType.Auth);
        Assert.Equal(ReasonCode.ContinueAuthentication, question.Reason);
        Assert.Equal(Method, question.Data(PropertyIdentifier.AuthenticationMethod));
        Assert.Equal("riddle", question.Data(PropertyIdentifier.AuthenticationData));
        Answer(broker, client, ReasonCode.ContinueAuthentication, "solution");
        Packet connack = client.Next(PacketType.Connack);
        Assert.Equal(ReasonCode.Success, connack.Reason);
        Assert.Equal(Method, connack.Data(PropertyIdentifier.AuthenticationMethod));
        Assert.Equal("welcome", connack.Data(PropertyIdentifier.AuthenticationData));
        Assert.Equal("ann", broker.FindSession("me")!.UserName);
        client.Subscribe("a");
    }

    [Fact]
    public void A_wrong_answer_is_refused_in_connack()
    {
        // [MQTT-4.12.0-4]
        using TestBroker broker = Broker();
        TestClient client = Begin(broker, "me", "ann");
        client.Next(PacketType.Auth);
        Answer(broker, client, ReasonCode.ContinueAuthentication, "guess");
        Assert.Equal(ReasonCode.NotAuthorized, client.Next(PacketType.Connack).Reason);
        Assert.Null(broker.FindSession("me"));
    }

    [Fact]
    public void A_method_nobody_knows_is_refused()
    {
        // [MQTT-4.12.0-1]
        using TestBroker broker = Broker();
        TestClient client = broker.Open();
        client.Send(Packets.Connect(
            ProtocolVersion.Mqtt5, "me", properties: Property.Authentication("OTHER", "ann")));
        broker.Tick();
        Assert.Equal(ReasonCode.BadAuthenticationMethod, client.Next(PacketType.Connack).Reason);
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("second connect")]
    [InlineData("other method")]
    [InlineData("re-authenticate")]
    public void Anything_else_before_connack_ends_it(string what)
    {
        // [MQTT-3.1.2-30] [MQTT-4.12.0-3] [MQTT-4.12.0-5]
        using TestBroker broker = Broker();
        TestClient client = Begin(broker, "me", "ann");
        client.Next(PacketType.Auth);
        client.Send(what switch
        {
            "publish" => Packets.Publish(ProtocolVersion.Mqtt5, "a", "x"u8),
            "second connect" => Packets.Connect(ProtocolVersion.Mqtt5, "me"),
            "other method" => Packets.Auth(ReasonCode.ContinueAuthentication, "OTHER", "solution"),
            _ => Packets.Auth(ReasonCode.ReAuthenticate, Method, "ann"),
        });
        broker.Tick();
        Assert.Equal(ReasonCode.ProtocolError, client.Next(PacketType.Connack).Reason);
        Assert.Null(broker.FindSession("me"));
    }

    [Fact]
    public void A_client_may_give_up()
    {
        using TestBroker broker = Broker();
        TestClient client = Begin(broker, "me", "ann");
        client.Next(PacketType.Auth);
        client.Send(Packets.Disconnect());
        broker.Tick();
        Assert.True(client.IsClosed);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void Auth_without_a_method_in_connect_is_a_protocol_error()
    {
        // [MQTT-4.12.0-7]
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        client.Send(Packets.Auth(ReasonCode.ReAuthenticate, Method, null));
        broker.Tick();
        Assert.Equal(ReasonCode.ProtocolError, client.Next(PacketType.Disconnect).Reason);
    }

    [Theory]
    [InlineData("ann", "solution", ReasonCode.Success)]
    [InlineData("ann", "guess", ReasonCode.NotAuthorized)]
    [InlineData("bob", "solution", ReasonCode.NotAuthorized)]
    public void A_client_may_authenticate_again_as_who_it_is(string user, string answer, ReasonCode reason)
    {
        // [MQTT-4.12.1-1] [MQTT-4.12.1-2]
        using TestBroker broker = Broker();
        TestClient client = Begin(broker, "me", "ann");
        client.Next(PacketType.Auth);
        Answer(broker, client, ReasonCode.ContinueAuthentication, "solution");
        client.Next(PacketType.Connack);

        Answer(broker, client, ReasonCode.ReAuthenticate, user);
        Assert.Equal(ReasonCode.ContinueAuthentication, client.Next(PacketType.Auth).Reason);
        client.Publish("a", "goes on meanwhile", 1);
        Answer(broker, client, ReasonCode.ContinueAuthentication, answer);
        PacketType type = reason == ReasonCode.Success ? PacketType.Auth : PacketType.Disconnect;
        Assert.Equal(reason, client.Next(type).Reason);
        Assert.Equal(reason != ReasonCode.Success, broker.FindSession("me")?.Receiver is null);
    }

    [Fact]
    public void A_second_exchange_needs_to_be_begun()
    {
        using TestBroker broker = Broker();
        TestClient client = Begin(broker, "me", "ann");
        client.Next(PacketType.Auth);
        Answer(broker, client, ReasonCode.ContinueAuthentication, "solution");
        client.Next(PacketType.Connack);
        client.Send(Packets.Auth(ReasonCode.ContinueAuthentication, Method, "solution"));
        broker.Tick();
        Assert.Equal(ReasonCode.ProtocolError, client.Next(PacketType.Disconnect).Reason);
    }

    [Fact]
    public void An_exchange_that_takes_too_long_ends()
    {
        using TestBroker broker = Broker();
        TestClient client = Begin(broker, "me", "ann");
        client.Next(PacketType.Auth);
        broker.Advance(20_000);
        Assert.True(client.IsClosed);
    }

    private static TestBroker Broker() => new(2, listenerOptions: new ListenerOptions
    {
        EnhancedAuthenticators = [new Riddle()],
    });

    private static TestClient Begin(TestBroker broker, string identifier, string user)
    {
        TestClient client = broker.Open();
        client.Send(Packets.Connect(
            ProtocolVersion.Mqtt5, identifier, properties: Property.Authentication(Method, user)));
        broker.Tick();
        broker.TickUntilAnswered();
        return client;
    }

    private static void Answer(TestBroker broker, TestClient client, ReasonCode reason, string data)
    {
        client.Send(Packets.Auth(reason, Method, data));
        broker.Tick();
        broker.TickUntilAnswered();
    }

    // Says who it is, is asked a riddle, must know the solution.
    private sealed class Riddle : IEnhancedAuthenticator
    {
        public string Method => EnhancedAuthenticationTests.Method;

        public IAuthenticationExchange Begin(AuthenticationRequest request) => new Exchange();

        private sealed class Exchange : IAuthenticationExchange
        {
            private string? _user;

            public ValueTask<AuthenticationStep> StepAsync(
                ReadOnlyMemory<byte> data, CancellationToken cancellation)
            {
                string text = Encoding.UTF8.GetString(data.Span);
                if (_user is null)
                {
                    _user = text;
                    return ValueTask.FromResult(
                        new AuthenticationStep(ReasonCode.ContinueAuthentication, "riddle"u8.ToArray()));
                }

                return ValueTask.FromResult(text == "solution"
                    ? new AuthenticationStep(
                        ReasonCode.Success, "welcome"u8.ToArray(), new ClientIdentity { UserName = _user })
                    : new AuthenticationStep(ReasonCode.NotAuthorized));
            }
        }
    }
}

// What a listener's options mean for its clients: versions, identifiers, QoS, Topic Aliases.

using System.Text;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Options;

public sealed class ListenerOptionTests
{
    [Theory]
    [InlineData(ProtocolVersions.Mqtt5, ProtocolVersion.Mqtt311, 1)]
    [InlineData(ProtocolVersions.Mqtt31 | ProtocolVersions.Mqtt311, ProtocolVersion.Mqtt5, 0x84)]
    [InlineData(ProtocolVersions.Mqtt311, ProtocolVersion.Mqtt311, 0)]
    [InlineData(ProtocolVersions.All, ProtocolVersion.Mqtt5, 0)]
    public void Only_the_versions_of_the_listener_are_accepted(
        ProtocolVersions accepted, ProtocolVersion version, int expected)
    {
        // [MQTT-3.1.2-2] [MQTT3-3.1.2-2]
        using var broker = Broker(new() { AllowAnonymous = true, AcceptVersions = accepted });
        Assert.Equal((ReasonCode)expected, Answer(broker, version, "any").Reason);
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311, 5)]
    [InlineData(ProtocolVersion.Mqtt5, 0x87)]
    public void An_identifier_without_the_prefix_is_refused(ProtocolVersion version, int refusal)
    {
        using var broker = Broker(new() { AllowAnonymous = true, ClientIdPrefix = "secure-" });
        Assert.Equal((ReasonCode)refusal, Answer(broker, version, "secure").Reason);
        Assert.Equal((ReasonCode)refusal, Answer(broker, version, "").Reason); // the made one does not have it either
        Assert.Equal(ReasonCode.Success, Answer(broker, version, "secure-1").Reason);
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311, 2)]
    [InlineData(ProtocolVersion.Mqtt5, 0x85)]
    public void An_empty_identifier_can_be_refused(ProtocolVersion version, int refusal)
    {
        using var broker = Broker(new() { AllowAnonymous = true, AllowZeroLengthClientId = false });
        Assert.Equal((ReasonCode)refusal, Answer(broker, version, "").Reason);
        Assert.Equal(ReasonCode.Success, Answer(broker, version, "any").Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("made-here-ä-")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public void A_made_identifier_begins_as_the_listener_says(string prefix)
    {
        // [MQTT-3.2.2-16]
        using var broker = new TestBroker(3, null, new() { AllowAnonymous = true, AutoIdPrefix = prefix });
        Packet connack = Answer(broker, ProtocolVersion.Mqtt5, "");
        string assigned = Encoding.UTF8.GetString(
            connack.Properties.Single(property => property.Id == PropertyIdentifier.AssignedClientIdentifier).Data);
        Assert.StartsWith(prefix, assigned, StringComparison.Ordinal);
        Assert.Equal(prefix.Length + 32, assigned.Length);
        Assert.NotNull(broker.FindSession(assigned));
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void The_user_name_can_take_the_place_of_the_identifier(ProtocolVersion version)
    {
        using var broker = new TestBroker(2, null, new() { AllowAnonymous = true, UseUserNameAsClientId = true });
        string name = broker.IdentifierOn(1);
        TestClient client = broker.Open(version);
        client.Send(Packets.WithUserName(Packets.Connect(version, "ignored"), name));
        broker.Tick();
        Assert.Equal(ReasonCode.Success, client.Next(PacketType.Connack).Reason);
        Assert.NotNull(broker.FindSession(name));
        Assert.Null(broker.FindSession("ignored"));

        ReasonCode refusal = version == ProtocolVersion.Mqtt5 ? ReasonCode.NotAuthorized : (ReasonCode)5;
        Assert.Equal(refusal, Answer(broker, version, "nameless").Reason);
    }

    [Theory]
    [InlineData(QualityOfService.AtMostOnce)]
    [InlineData(QualityOfService.AtLeastOnce)]
    public void A_QoS_above_the_maximum_is_not_published(QualityOfService maximum)
    {
        // [MQTT-3.2.2-9] [MQTT-3.2.2-11]
        using var broker = Broker(new() { AllowAnonymous = true, MaximumQoS = maximum });
        TestClient client = broker.Connect("five");
        Assert.Equal((uint)maximum, client.Connack!.Integer(PropertyIdentifier.MaximumQoS));
        client.Publish("t", "x", qos: (int)maximum);
        client.Send("t", "x", qos: (int)maximum + 1);
        broker.Tick();
        Assert.Equal(ReasonCode.QoSNotSupported, client.Next(PacketType.Disconnect).Reason);

        TestClient older = broker.Connect("three", ProtocolVersion.Mqtt311);
        older.Send("t", "x", qos: (int)maximum + 1);
        broker.Tick();
        older.ExpectNothing();
        Assert.True(older.Socket.IsEndedByBroker);
    }

    [Fact]
    public void A_subscription_is_granted_the_maximum_QoS()
    {
        using var broker = Broker(new() { AllowAnonymous = true, MaximumQoS = QualityOfService.AtLeastOnce });
        Assert.Equal(1, broker.Connect("five").TrySubscribe("t", 2));
        Assert.Equal(1, broker.Connect("three", ProtocolVersion.Mqtt311).TrySubscribe("t", 2));
        Assert.Equal(0, broker.Connect("zero").TrySubscribe("t", 0));
    }

    [Fact]
    public void A_will_above_the_maximum_QoS_is_refused()
    {
        // [MQTT-3.2.2-12]
        using var broker = Broker(new() { AllowAnonymous = true, MaximumQoS = QualityOfService.AtMostOnce });
        TestClient client = broker.Open();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "five", will: new Will("t", "x", QoS: 1)));
        TestClient older = broker.Open(ProtocolVersion.Mqtt311);
        older.Send(Packets.Connect(ProtocolVersion.Mqtt311, "three", will: new Will("t", "x", QoS: 1)));
        broker.Tick();
        Assert.Equal(ReasonCode.QoSNotSupported, client.Next(PacketType.Connack).Reason);
        older.ExpectNothing();
        Assert.True(older.IsClosed);
    }

    [Fact]
    public void A_listener_has_its_own_number_of_Topic_Aliases_from_clients()
    {
        using var broker = Broker(new() { AllowAnonymous = true, TopicAliasMaximum = 2 });
        TestClient client = broker.Connect("five");
        Assert.Equal(2u, client.Connack!.Integer(PropertyIdentifier.TopicAliasMaximum));
        client.Publish("t", "x", properties: Property.TopicAlias(2));
        client.Send("t", "x", properties: Property.TopicAlias(3));
        broker.Tick();
        Assert.Equal(ReasonCode.TopicAliasInvalid, client.Next(PacketType.Disconnect).Reason);
    }

    [Fact]
    public void A_listener_can_forbid_Topic_Aliases_from_clients()
    {
        using var broker = Broker(new() { AllowAnonymous = true, TopicAliasMaximum = 0 });
        Assert.Null(broker.Connect("five").Connack!.Integer(PropertyIdentifier.TopicAliasMaximum));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(200, 200)]
    public void A_listener_has_its_own_number_of_Topic_Aliases_towards_clients(int maximum, int expected)
    {
        using var broker = Broker(new() { AllowAnonymous = true, TopicAliasMaximumToClient = maximum });
        TestClient subscriber = broker.Connect("sub", properties: Property.TopicAliasMaximum(1_000)).Subscribe("#");
        TestClient publisher = broker.Connect("pub");
        for (int i = 0; i < 4_000; i++)
        {
            publisher.Send($"t/{i}", "x");
        }

        broker.Tick();
        uint[] aliases = [.. subscriber.Read().Select(packet => packet.Integer(PropertyIdentifier.TopicAlias) ?? 0)];
        Assert.Equal((uint)expected, aliases.Max());
    }

    private static TestBroker Broker(ListenerOptions listener) => new(listenerOptions: listener);

    private static Packet Answer(TestBroker broker, ProtocolVersion version, string identifier)
    {
        TestClient client = broker.Open(version);
        client.Send(Packets.Connect(version, identifier));
        broker.Tick();
        return client.Next(PacketType.Connack);
    }
}

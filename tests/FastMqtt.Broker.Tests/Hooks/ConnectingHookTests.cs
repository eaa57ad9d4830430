// Who comes in, and under which terms: what a hook changes holds, and CONNACK says so where the client could not know.

using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Hooks;

public sealed class ConnectingHookTests
{
    [Theory]
    [InlineData(ProtocolVersion.Mqtt5, ReasonCode.ServerBusy, 0x89)]
    [InlineData(ProtocolVersion.Mqtt311, ReasonCode.ServerBusy, 3)]
    [InlineData(ProtocolVersion.Mqtt311, ReasonCode.NotAuthorized, 5)]
    [InlineData(ProtocolVersion.Mqtt31, ReasonCode.BadUserNameOrPassword, 4)]
    public void A_refused_client_is_told_why_and_the_older_one_stays(ProtocolVersion version, ReasonCode why, int told)
    {
        // [MQTT-3.2.2-7] [MQTT3-3.2.2-5]
        bool refuses = false;
        using TestBroker broker = Broker((ref connecting) =>
        {
            if (refuses)
            {
                connecting.Refuse(why, "come back later");
            }
        });
        TestClient older = broker.Connect("c");
        refuses = true;
        TestClient client = broker.Open(version);
        client.Send(Packets.Connect(version, "c"));
        broker.Tick();
        Packet connack = client.Next(PacketType.Connack);
        Assert.Equal(told, (int)connack.Reason);
        Assert.Equal(
            version == ProtocolVersion.Mqtt5 ? "come back later" : null, connack.Data(PropertyIdentifier.ReasonString));
        Assert.False(older.IsClosed);
        Assert.Equal(1, broker.Metrics.DeniedConnect);
        Assert.Equal(1, broker.Metrics.Sessions);
    }

    [Fact]
    public void A_reason_string_that_does_not_fit_is_left_out()
    {
        // [MQTT-3.2.2-19]
        using TestBroker broker = Broker((ref connecting) =>
            connecting.Refuse(ReasonCode.Banned, new string('x', 200)));
        TestClient client = broker.Open();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "c", properties: Property.MaximumPacketSize(100)));
        broker.Tick();
        Packet connack = client.Next(PacketType.Connack);
        Assert.Equal(ReasonCode.Banned, connack.Reason);
        Assert.Null(connack.Data(PropertyIdentifier.ReasonString));
    }

    [Fact]
    public void The_hook_sees_what_the_client_says()
    {
        var seen = new List<string>();
        using TestBroker broker = Broker((ref connecting) =>
        {
            Assert.True(connecting.UserProperties.TryGet("kind"u8, out ReadOnlySpan<byte> kind));
            seen.Add(connecting.Client.ClientId);
            seen.Add(connecting.Client.UserName!);
            seen.Add(System.Text.Encoding.UTF8.GetString(connecting.Password));
            seen.Add(System.Text.Encoding.UTF8.GetString(kind));
            seen.Add(connecting.GetWillTopicString());
            seen.Add($"{connecting.WillQoS} {connecting.WillRetain} {connecting.CleanStart} {connecting.HasWill}");
            seen.Add($"{connecting.Terms.KeepAlive} {connecting.Terms.SessionExpiryInterval}");
        });
        TestClient client = broker.Open();
        client.Send(Packets.Connect(
            ProtocolVersion.Mqtt5,
            "c",
            clean: false,
            keepAlive: 30,
            properties: [.. Property.UserProperty("kind", "meter"), .. Property.SessionExpiryInterval(60)],
            will: new Will("w", "text", 1, true),
            userName: "ann",
            password: "secret"));
        broker.Tick();
        client.Next(PacketType.Connack);
        Assert.Equal(["c", "ann", "secret", "meter", "w", "AtLeastOnce True False True", "30 60"], seen);
    }

    [Fact]
    public void What_was_changed_is_announced_and_holds()
    {
        // [MQTT-3.2.2-21] [MQTT-3.2.2-9] section 3.2.2.3.2
        using TestBroker broker = Broker((ref connecting) =>
        {
            connecting.Terms.KeepAlive = 10;
            connecting.Terms.SessionExpiryInterval = 5;
            connecting.Terms.ReceiveMaximum = 2;
            connecting.Terms.MaximumQoS = QualityOfService.AtLeastOnce;
            connecting.Terms.TopicAliasMaximum = 1;
            connecting.Terms.MaximumPacketSize = 200;
            connecting.Terms.MaximumInflight = 1;
            connecting.Terms.UserName = "renamed";
        });
        TestClient client = broker.Connect(
            "c", clean: false, keepAlive: 100, properties: Property.SessionExpiryInterval(3_600));
        Packet connack = client.Connack!;
        Assert.Equal(10u, connack.Integer(PropertyIdentifier.ServerKeepAlive));
        Assert.Equal(5u, connack.Integer(PropertyIdentifier.SessionExpiryInterval));
        Assert.Equal(2u, connack.Integer(PropertyIdentifier.ReceiveMaximum));
        Assert.Equal(1u, connack.Integer(PropertyIdentifier.MaximumQoS));
        Assert.Equal(1u, connack.Integer(PropertyIdentifier.TopicAliasMaximum));
        Assert.Equal(200u, connack.Integer(PropertyIdentifier.MaximumPacketSize));
        Assert.Equal("renamed", broker.FindSession("c")!.UserName);

        // One message at a time, whatever the client's Receive Maximum.
        client.Subscribe("a", 2);
        TestClient publisher = broker.Connect("p");
        publisher.Publish("a", "1", 1);
        publisher.Publish("a", "2", 1);
        Packet first = client.NextPublish();
        client.ExpectNothing();
        client.Acknowledge(first);
        Assert.Equal(1, client.NextPublish().QoS);

        // [MQTT-3.14.2-1] It may not ask for more when it leaves: after five seconds the session is gone.
        client.Disconnect(ReasonCode.Success, Property.SessionExpiryInterval(3_600));
        broker.Advance(6_000);
        Assert.Null(broker.FindSession("c"));
    }

    [Fact]
    public void A_packet_above_the_size_that_was_agreed_ends_the_connection()
    {
        using TestBroker broker = Broker((ref connecting) =>
            connecting.Terms.MaximumPacketSize = connecting.Client.ClientId == "small" ? 200 : 1_000);
        TestClient other = broker.Connect("other");
        TestClient small = broker.Connect("small");
        string text = new('x', 300);
        other.Publish("a", text);
        small.Send("a", text);
        broker.Tick();
        Assert.Equal(ReasonCode.PacketTooLarge, small.Next(PacketType.Disconnect).Reason);
        Assert.False(other.IsClosed);
    }

    [Fact]
    public void More_unreleased_messages_than_agreed_end_the_connection()
    {
        // [MQTT-3.3.4-7]
        using TestBroker broker = Broker((ref connecting) => connecting.Terms.ReceiveMaximum = 2);
        TestClient client = broker.Connect();
        client.Send("a", "1", 2);
        client.Send("a", "2", 2);
        client.Send("a", "3", 2);
        broker.Tick();
        client.Next(PacketType.Pubrec);
        client.Next(PacketType.Pubrec);
        Assert.Equal(ReasonCode.ReceiveMaximumExceeded, client.Next(PacketType.Disconnect).Reason);
    }

    [Fact]
    public void A_silent_client_is_closed_after_the_keep_alive_that_was_agreed()
    {
        // [MQTT-3.1.2-22]
        using TestBroker broker = Broker((ref connecting) => connecting.Terms.KeepAlive = 10);
        TestClient client = broker.Connect(keepAlive: 1_000);
        TestClient old = broker.Connect(version: ProtocolVersion.Mqtt311, keepAlive: 1_000); // cannot be told
        broker.Advance(16_000);
        Assert.Equal(ReasonCode.KeepAliveTimeout, client.Next(PacketType.Disconnect).Reason);
        Assert.False(old.IsClosed);
    }

    [Fact]
    public void A_will_above_the_qos_that_was_agreed_is_refused()
    {
        // [MQTT-3.2.2-12]
        using TestBroker broker = Broker((ref connecting) =>
            connecting.Terms.MaximumQoS = QualityOfService.AtMostOnce);
        TestClient client = broker.Open();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "c", will: new Will("w", "text", 1)));
        broker.Tick();
        Assert.Equal(ReasonCode.QoSNotSupported, client.Next(PacketType.Connack).Reason);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 5)]
    public void A_session_of_3_1_1_may_be_kept_shorter_but_not_longer(bool clean, int seconds)
    {
        // [MQTT3-3.1.2-6]
        using TestBroker broker = Broker((ref connecting) => connecting.Terms.SessionExpiryInterval = 5);
        TestClient client = broker.Connect("c", ProtocolVersion.Mqtt311, clean);
        client.Disconnect();
        Assert.Equal(seconds > 0, broker.FindSession("c") is not null);
        broker.Advance((seconds * 1_000) + 1_000);
        Assert.Null(broker.FindSession("c"));
    }

    [Fact]
    public void A_hook_cannot_give_what_the_options_do_not()
    {
        using TestBroker broker = Broker((ref connecting) =>
        {
            connecting.Terms.MaximumPacketSize = int.MaxValue;
            connecting.Terms.ReceiveMaximum = ushort.MaxValue;
            Assert.Throws<ArgumentOutOfRangeException>(Zero(connecting.Terms));
        });
        Packet connack = broker.Connect().Connack!;
        Assert.Equal((uint)Limits.MaximumPacketSize, connack.Integer(PropertyIdentifier.MaximumPacketSize));
        Assert.Equal((uint)Limits.ReceiveMaximum, connack.Integer(PropertyIdentifier.ReceiveMaximum));
        Assert.Equal(0, broker.Metrics.HookFailures);

        static Action Zero(ConnectTerms terms) => () => terms.ReceiveMaximum = 0;
    }

    [Fact]
    public void A_value_kept_while_connecting_is_there_when_the_client_publishes()
    {
        var tenant = new ClientItem<string>();
        string? found = null;
        using var broker = new TestBroker(configure: options => options.Hooks = new BrokerHooks
        {
            Connecting = (ref connecting) => tenant.Set(connecting.Client, "blue"),
            Publishing = (ref publishing) => tenant.TryGet(publishing.Client!, out found),
        });
        broker.Connect().Publish("a", "text");
        Assert.Equal("blue", found);
    }

    private static TestBroker Broker(Hook<ConnectingContext> hook) =>
        new(configure: options => options.Hooks = new BrokerHooks { Connecting = hook });
}

// The operator's options about messages on their way: payload size, retained messages, QoS, what may be in flight.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Options;

public sealed class MessageOptionTests
{
    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void A_payload_over_the_limit_is_acknowledged_and_not_forwarded(ProtocolVersion version)
    {
        using var broker = new TestBroker(configure: options => options.MaximumPayloadBytes = 10);
        TestClient subscriber = broker.Connect("sub", version).Subscribe("t", 2);
        TestClient publisher = broker.Connect("pub", version);
        publisher.Send("t", "0123456789a");
        ushort id = publisher.Send("t", "0123456789b", qos: 1);
        ushort exact = publisher.Send("t", "0123456789c", qos: 2);
        broker.Tick();
        ReasonCode expected = version == ProtocolVersion.Mqtt5 ? ReasonCode.ImplementationSpecificError : default;
        Packet puback = publisher.Next(PacketType.Puback);
        Assert.Equal((id, expected), (puback.Id, puback.Reason));
        Packet pubrec = publisher.Next(PacketType.Pubrec);
        Assert.Equal((exact, expected), (pubrec.Id, pubrec.Reason));
        if (version != ProtocolVersion.Mqtt5)
        {
            publisher.Send(Packets.Pubrel(exact));
            broker.Tick();
            Assert.Equal(exact, publisher.Next(PacketType.Pubcomp).Id);
        }

        Assert.Equal(3, broker.Metrics.Refused);
        publisher.Publish("t", "0123456789", qos: 2);
        Assert.Equal(["0123456789"], subscriber.ReadTexts());
    }

    [Fact]
    public void A_burst_of_payloads_over_the_limit_is_not_forwarded()
    {
        using var broker = new TestBroker(configure: options => options.MaximumPayloadBytes = 3);
        TestClient subscriber = broker.Connect("sub").Subscribe("t");
        TestClient publisher = broker.Connect("pub");
        publisher.Send("t", "1234");
        publisher.Send("t", "5678");
        publisher.Send("t", "90");
        broker.Tick();
        Assert.Equal(["90"], subscriber.ReadTexts());
    }

    [Fact]
    public void A_will_over_the_payload_limit_is_refused()
    {
        using var broker = new TestBroker(configure: options => options.MaximumPayloadBytes = 3);
        Assert.Equal(ReasonCode.PacketTooLarge, Refusal(broker, ProtocolVersion.Mqtt5, new Will("t", "1234")));
        Assert.Equal((ReasonCode)5, Refusal(broker, ProtocolVersion.Mqtt311, new Will("t", "1234")));
        broker.Connect("fits", will: new Will("t", "123"));
    }

    [Fact]
    public void Without_retained_messages_a_publisher_of_one_is_disconnected()
    {
        // [MQTT-3.2.2-14]
        using var broker = new TestBroker(configure: options => options.RetainAvailable = false);
        TestClient client = broker.Connect("five");
        Assert.Equal(0u, client.Connack!.Integer(PropertyIdentifier.RetainAvailable));
        client.Send("t", "x", retain: true);
        broker.Tick();
        Assert.Equal(ReasonCode.RetainNotSupported, client.Next(PacketType.Disconnect).Reason);

        TestClient older = broker.Connect("three", ProtocolVersion.Mqtt311);
        older.Send("t", "x", qos: 1, retain: true);
        broker.Tick();
        older.ExpectNothing();
        Assert.True(older.Socket.IsEndedByBroker);
        Assert.Equal(0, broker.State.Retained.Count);
    }

    [Fact]
    public void Without_retained_messages_a_retained_will_is_refused()
    {
        // [MQTT-3.2.2-13]
        using var broker = new TestBroker(configure: options => options.RetainAvailable = false);
        Assert.Equal(
            ReasonCode.RetainNotSupported, Refusal(broker, ProtocolVersion.Mqtt5, new Will("t", "x", Retain: true)));
        TestClient older = broker.Open(ProtocolVersion.Mqtt311);
        older.Send(Packets.Connect(ProtocolVersion.Mqtt311, "three", will: new Will("t", "x", Retain: true)));
        broker.Tick();
        older.ExpectNothing();
        Assert.True(older.IsClosed);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    public void A_message_has_the_QoS_of_the_subscription_if_the_operator_says_so(bool upgrade, int expected)
    {
        using var broker = new TestBroker(2, options => options.UpgradeOutgoingQoS = upgrade);
        TestClient here = broker.Connect(broker.IdentifierOn(0)).Subscribe("t", 2);
        TestClient there = broker.Connect(broker.IdentifierOn(1), at: 1).Subscribe("t", 2);
        TestClient publisher = broker.Connect(broker.IdentifierOn(0));
        publisher.Send("t", "one");
        publisher.Send("t", "two"); // a burst with the first
        publisher.Send("t", "kept", retain: true);
        broker.Tick();
        foreach (TestClient subscriber in new[] { here, there })
        {
            List<Packet> received = subscriber.Read();
            Assert.Equal(["one", "two", "kept"], received.Select(packet => packet.Text));
            Assert.All(received, packet => Assert.Equal(expected, packet.QoS));
        }

        TestClient late = broker.Connect(broker.IdentifierOn(0)).Subscribe("t", 1);
        broker.Tick();
        Assert.Equal(Math.Min(expected, 1), late.NextPublish().QoS);
    }

    [Fact]
    public void Bytes_in_flight_are_limited_and_a_larger_message_goes_alone()
    {
        using var broker = new TestBroker(configure: options => options.MaximumInflightBytes = 100);
        TestClient subscriber = broker.Connect("sub").Subscribe("t", 2);
        TestClient publisher = broker.Connect("pub");
        foreach (char text in "abcd")
        {
            publisher.Send("t", new string(text, text == 'c' ? 500 : 60), qos: text == 'b' ? 2 : 1);
        }

        broker.Tick();
        Packet[] first = [.. subscriber.Read()];
        Assert.Equal(["a", "b"], first.Select(packet => packet.Text[..1])); // 60 are fewer than 100, 120 are not
        subscriber.Acknowledge(first[0]);
        Packet large = subscriber.NextPublish();
        Assert.Equal(500, large.Text.Length);
        subscriber.Acknowledge(first[1]);
        Assert.DoesNotContain(subscriber.Read(), packet => packet.Type == PacketType.Publish);
        subscriber.Acknowledge(large);
        Assert.Equal("d", subscriber.NextPublish().Text[..1]);
    }

    [Fact]
    public void Bytes_in_flight_are_counted_anew_by_the_next_connection()
    {
        using var broker = new TestBroker(configure: options => options.MaximumInflightBytes = 100);
        TestClient subscriber = broker.ConnectPersistent("sub").Subscribe("t", 1);
        TestClient publisher = broker.Connect("pub");
        foreach (string text in new[] { "a", "b", "c" })
        {
            publisher.Publish("t", text + new string('.', 79), qos: 1);
        }

        Assert.Equal(2, subscriber.Read().Count);
        subscriber.Reset();
        subscriber = broker.ConnectPersistent("sub");
        Packet[] again = [.. subscriber.Read()];
        Assert.Equal(["a", "b"], again.Select(packet => packet.Text[..1]));
        Assert.All(again, packet => Assert.True(packet.Duplicate));
        subscriber.Acknowledge(again);
        Assert.Equal("c", subscriber.NextPublish().Text[..1]);
    }

    [Fact]
    public void No_maximum_in_flight_is_the_protocols_own()
    {
        using var broker = new TestBroker(configure: options => options.MaximumInflight = 0);
        TestClient subscriber = broker.Connect("sub").Subscribe("t", 1);
        TestClient publisher = broker.Connect("pub");
        for (int i = 0; i < Limits.MaximumInflight + 1; i++)
        {
            publisher.Send("t", "x", qos: 1);
        }

        broker.Tick();
        Assert.Equal(Limits.MaximumInflight + 1, subscriber.Read().Count);
    }

    private static ReasonCode Refusal(TestBroker broker, ProtocolVersion version, Will will)
    {
        TestClient client = broker.Open(version);
        client.Send(Packets.Connect(version, "any", will: will));
        broker.Tick();
        return client.Next(PacketType.Connack).Reason;
    }
}

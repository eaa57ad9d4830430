// Limits of a session and of the retained store: each at the limit and one past it.

using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Bounds;

public sealed class SessionLimitTests
{
    [Fact]
    public void Maximum_inflight_messages_are_sent_and_the_next_waits()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect().Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        for (int i = 0; i <= Limits.MaximumInflight; i++)
        {
            publisher.Publish("t", $"{i}", qos: 1);
        }

        List<Packet> packets = client.Read();
        Assert.Equal(Limits.MaximumInflight, packets.Count);
        client.Acknowledge(packets[0]);
        Assert.Equal($"{Limits.MaximumInflight}", client.NextPublish().Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_clients_receive_maximum_is_kept(int qos)
    {
        // [MQTT-3.3.4-9]
        using var broker = new TestBroker();
        TestClient client = broker.Connect(properties: Property.ReceiveMaximum(3));
        client.Subscribe("t", qos).Subscribe("zero");
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 4; i++)
        {
            publisher.Publish("t", $"{i}", qos);
        }

        List<Packet> packets = client.Read();
        Assert.Equal(3, packets.Count);
        publisher.Publish("zero", "QoS 0 is not held up");
        client.NextPublish();
        if (qos == 2)
        {
            client.Send(Packets.Pubrec(packets[0].Id));
            broker.Tick();
            client.Next(PacketType.Pubrel);
            client.ExpectNothing(); // only PUBCOMP gives the place back
            client.Send(Packets.Pubcomp(packets[0].Id));
            broker.Tick();
        }
        else
        {
            client.Acknowledge(packets[0]);
        }

        Assert.Equal("3", client.NextPublish().Text);
    }

    [Fact]
    public void Receive_maximum_unreleased_messages_are_taken_and_one_more_ends_the_connection()
    {
        // [MQTT-3.3.4-7] [MQTT-3.3.4-8]
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        for (int i = 0; i < Limits.ReceiveMaximum; i++)
        {
            client.Send("t", "x", qos: 2);
        }

        broker.Tick();
        Assert.Equal(Limits.ReceiveMaximum, client.Read().Count);
        client.Send(Packets.Pubrel(1));
        client.Send("t", "x", qos: 2, id: 5_000);
        broker.Tick();
        Assert.Equal([PacketType.Pubcomp, PacketType.Pubrec], client.Read().Select(packet => packet.Type));
        client.Send("t", "x", qos: 2, id: 5_001);
        broker.Tick();
        Assert.Equal(ReasonCode.ReceiveMaximumExceeded, client.Next(PacketType.Disconnect).Reason);
    }

    [Fact]
    public void A_queue_takes_its_number_of_messages_and_drops_the_next()
    {
        using var broker = new TestBroker(configure: options => options.MaximumQueuedMessages = 10);
        broker.ConnectPersistent("c").Subscribe("t", 1).Reset();
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 10; i++)
        {
            publisher.Publish("t", $"{i}", qos: 1);
        }

        Assert.Equal(0, broker.Metrics.DroppedQueueFull);
        publisher.Publish("t", "10", qos: 1);
        Assert.Equal(1, broker.Metrics.DroppedQueueFull);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), broker.ConnectPersistent("c").ReadTexts());
    }

    [Fact]
    public void A_queue_takes_its_bytes_and_drops_the_next()
    {
        using var broker = new TestBroker(configure: options => options.MaximumQueuedBytes = 1_000);
        broker.ConnectPersistent("c").Subscribe("t", 1).Reset();
        TestClient publisher = broker.Connect();
        string payload = new('x', 99); // with the topic 100 bytes
        for (int i = 0; i < 10; i++)
        {
            publisher.Publish("t", payload, qos: 1);
        }

        Assert.Equal(0, broker.Metrics.DroppedQueueFull);
        publisher.Publish("t", "", qos: 1);
        Assert.Equal(1, broker.Metrics.DroppedQueueFull);
        Assert.Equal(10, broker.ConnectPersistent("c").ReadTexts().Length);
    }

    [Fact]
    public void The_last_subscription_is_granted_and_one_past_it_is_not()
    {
        using var broker = new TestBroker(configure: options => options.MaximumSubscriptions = 3);
        foreach (ProtocolVersion version in new[] { ProtocolVersion.Mqtt311, ProtocolVersion.Mqtt5 })
        {
            TestClient client = broker.Connect(version: version).Subscribe("a").Subscribe("b").Subscribe("$share/g/c");
            byte refused = version == ProtocolVersion.Mqtt5
                ? (byte)ReasonCode.QuotaExceeded
                : (byte)ReasonCode.UnspecifiedError;
            Assert.Equal(refused, client.TrySubscribe("d"));
            Assert.Equal(2, client.TrySubscribe("a", 2)); // a replacement is not one more
            client.Unsubscribe("b");
            Assert.Equal(0, client.TrySubscribe("d"));
        }
    }

    [Fact]
    public void The_last_byte_of_filters_is_granted_and_one_past_it_is_not()
    {
        // Limits.FilterBytesPerSession, Limits.FilterLevelBytes
        using var broker = new TestBroker();
        TestClient client = broker.Connect().Subscribe("abc").Subscribe("b");
        Session session = broker.FindSession(client.Identifier)!;
        Assert.Equal(4 + (2 * Limits.FilterLevelBytes), session.FilterBytes);
        session.FilterBytes = Limits.FilterBytesPerSession - 2 - (2 * Limits.FilterLevelBytes);
        Assert.Equal((byte)ReasonCode.QuotaExceeded, client.TrySubscribe("c/d"));
        Assert.Equal(1, client.TrySubscribe("abc", 1)); // a replacement costs nothing
        client.Unsubscribe("b");
        Assert.Equal(0, client.TrySubscribe("c/d"));
        Assert.Equal(Limits.FilterBytesPerSession - Limits.FilterLevelBytes, session.FilterBytes);
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311, ConnectReturnCode.ServerUnavailable)]
    [InlineData(ProtocolVersion.Mqtt5, (ConnectReturnCode)ReasonCode.QuotaExceeded)]
    public void The_last_session_is_made_and_one_past_it_is_refused(ProtocolVersion version, ConnectReturnCode code)
    {
        using var broker = new TestBroker(configure: options => options.MaximumSessions = 2);
        broker.ConnectPersistent("a").Reset();
        TestClient second = broker.Connect("b");
        TestClient refused = broker.Open(version);
        refused.Send(Packets.Connect(version, "c"));
        broker.Tick();
        Assert.Equal((ReasonCode)code, refused.Next(PacketType.Connack).Reason);
        Assert.True(broker.ConnectPersistent("a").Connack!.SessionPresent); // who has a session keeps it
        second.Disconnect();
        Assert.Equal(ReasonCode.Success, broker.Connect("c", version: version).Connack!.Reason);
    }

    [Fact]
    public void The_last_retained_byte_is_stored_and_one_past_it_is_refused()
    {
        using var broker = new TestBroker(configure: options => options.MaximumRetainedBytes = 10);
        TestClient client = broker.Connect();
        client.Publish("a", "123456789", qos: 1, retain: true);
        Assert.Equal(10, broker.State.Retained.Bytes);
        client.Send("b", "1", qos: 1, retain: true);
        broker.Tick();
        Assert.Equal(ReasonCode.QuotaExceeded, client.Next(PacketType.Puback).Reason);
        Assert.Equal(1, broker.State.Retained.Count);
    }

    [Fact]
    public void The_last_retained_message_is_stored_and_one_past_it_is_refused()
    {
        using var broker = new TestBroker(configure: options => options.MaximumRetainedMessages = 2);
        TestClient client = broker.Connect();
        TestClient watcher = broker.Connect().Subscribe("#", 2);
        client.Publish("a", "1", qos: 1, retain: true);
        client.Publish("b", "2", qos: 1, retain: true);
        watcher.Read();
        client.Send("c", "3", qos: 1, retain: true);
        client.Send("c", "3", qos: 2, retain: true);
        client.Send("c", "3", retain: true);
        broker.Tick();
        List<Packet> answers = client.Read();
        Assert.Equal(2, answers.Count);
        Assert.All(answers, packet => Assert.Equal(ReasonCode.QuotaExceeded, packet.Reason));
        watcher.ExpectNothing();
        Assert.Equal(3, broker.Metrics.Refused);
        client.Publish("a", "new", qos: 1, retain: true); // a replacement is welcome
        client.Publish("a", "", qos: 1, retain: true);
        client.Publish("c", "3", qos: 1, retain: true); // and so is one in a place that was cleared
        Assert.Equal(2, broker.State.Retained.Count);
    }

    [Fact]
    public void A_retained_will_past_the_limit_is_refused_like_any_message()
    {
        using var broker = new TestBroker(configure: options => options.MaximumRetainedMessages = 1);
        TestClient watcher = broker.Connect().Subscribe("#");
        broker.Connect().Publish("a", "1", retain: true);
        broker.Connect(will: new Will("will", "gone", Retain: true)).Reset();
        Assert.Equal(["1"], watcher.ReadTexts());
        Assert.Equal(1, broker.Metrics.Refused);
        Assert.Equal(1, broker.State.Retained.Count);
    }
}

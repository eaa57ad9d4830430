// What is there after the process was killed, a case each. What must hold for everything together, in any order, is
// proved by the simulation.

using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

public sealed class RecoveryTests : IDisposable
{
    private readonly MemoryStore _store = new();
    private TestBroker _broker;

    public RecoveryTests() => _broker = new TestBroker(store: _store);

    public void Dispose()
    {
        _broker.Dispose();
        _store.Dispose();
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void A_session_is_present_with_its_subscriptions_and_what_waits(ProtocolVersion version)
    {
        // [MQTT-3.1.2-5] [MQTT-3.2.2-3] [MQTT3-3.1.2-4] [MQTT3-3.2.2-2]
        _broker.ConnectPersistent("s", version).Subscribe("t/#", 2).Disconnect();
        TestClient publisher = _broker.Connect();
        publisher.Publish("t/1", "a", 1);
        publisher.Publish("t/2", "b", 2);
        Kill();
        TestClient back = _broker.ConnectPersistent("s", version);
        Assert.True(back.Connack!.SessionPresent);
        List<Packet> waiting = back.Read();
        Assert.Equal(
            [("t/1", "a", 1), ("t/2", "b", 2)], waiting.Select(packet => (packet.Topic, packet.Text, packet.QoS)));
        _broker.Connect().Publish("t/3", "c");
        Assert.Contains(back.Read(), packet => packet.Text == "c");
    }

    [Fact]
    public void Subscription_options_and_identifiers_are_kept()
    {
        _broker.ConnectPersistent("s")
            .Subscribe("own", 1 | 4, Property.SubscriptionIdentifier(7)) // No Local
            .Subscribe("kept/+", 1 | 8, Property.SubscriptionIdentifier(9)) // Retain As Published
            .Disconnect();
        Kill();
        TestClient back = _broker.ConnectPersistent("s");
        back.Publish("own", "not to me", 1);
        back.ExpectNothing();
        _broker.Connect().Publish("kept/x", "x", 1, retain: true);
        Packet packet = back.NextPublish();
        Assert.True(packet.Retain);
        Assert.Equal(9u, packet.Integer(PropertyIdentifier.SubscriptionIdentifier));
    }

    [Fact]
    public void No_local_knows_the_publisher_of_a_waiting_message_after_a_restart()
    {
        _broker.ConnectPersistent("s").Subscribe("t", 1 | 4).Disconnect();
        Kill();
        TestClient back = _broker.ConnectPersistent("s");
        back.Publish("t", "own", 1);
        back.ExpectNothing(); // [MQTT-3.8.3-3]
    }

    [Fact]
    public void A_message_in_flight_comes_again_with_its_identifier_and_dup()
    {
        // [MQTT-4.4.0-1] [MQTT-3.3.1-1]
        TestClient subscriber = _broker.ConnectPersistent("s").Subscribe("t", 2);
        TestClient publisher = _broker.Connect();
        publisher.Send("t", "a", 1);
        _broker.Advance(Limits.AcknowledgementGrace);
        publisher.Next(PacketType.Puback);
        publisher.Publish("t", "b", 2);
        List<Packet> sent = subscriber.Read();
        Kill();
        List<Packet> again = _broker.ConnectPersistent("s").Read();
        Assert.Equal(sent.Select(packet => (packet.Id, packet.Text)), again.Select(packet => (packet.Id, packet.Text)));
        Assert.All(again, packet => Assert.True(packet.Duplicate));
    }

    [Fact]
    public void A_released_message_goes_on_with_pubrel()
    {
        TestClient subscriber = _broker.ConnectPersistent("s").Subscribe("t", 2);
        _broker.Connect().Publish("t", "x", 2);
        Packet sent = subscriber.NextPublish();
        subscriber.Send(Packets.Pubrec(sent.Id));
        _broker.Tick();
        subscriber.Next(PacketType.Pubrel);
        Kill();
        TestClient back = _broker.ConnectPersistent("s");
        Assert.Equal(sent.Id, back.Next(PacketType.Pubrel).Id);
        back.ExpectNothing();
    }

    [Fact]
    public void A_received_identifier_is_known_until_it_is_released()
    {
        // [MQTT-4.3.3-10]
        TestClient watcher = _broker.ConnectPersistent("w").Subscribe("t", 2);
        TestClient publisher = _broker.ConnectPersistent("p");
        publisher.Send("t", "once", 2, id: 5);
        _broker.Tick();
        publisher.Next(PacketType.Pubrec);
        watcher.Acknowledge(watcher.NextPublish());
        watcher.Read();
        _broker.AdvanceSeconds(1); // what nobody waits for is written a moment later
        Kill();
        watcher = _broker.ConnectPersistent("w");
        publisher = _broker.ConnectPersistent("p");
        publisher.Send(Packets.Publish(ProtocolVersion.Mqtt5, "t", "once"u8, 2, 5, duplicate: true));
        _broker.Tick();
        publisher.Next(PacketType.Pubrec);
        publisher.Send(Packets.Pubrel(5));
        _broker.Tick();
        Assert.Equal(ReasonCode.Success, publisher.Next(PacketType.Pubcomp).Reason);
        watcher.ExpectNothing();
    }

    [Fact]
    public void Retained_messages_are_the_last_ones_set_or_cleared()
    {
        TestClient publisher = _broker.Connect();
        publisher.Publish("a", "old", 1, retain: true);
        publisher.Publish("a", "new", 1, retain: true, properties: Property.UserProperty("k", "v"));
        publisher.Publish("b", "gone", 1, retain: true);
        publisher.Publish("b", "", 1, retain: true);
        Kill();
        TestClient reader = _broker.Connect().Subscribe("#");
        Packet only = reader.NextPublish();
        Assert.Equal(("a", "new"), (only.Topic, only.Text));
        Assert.Contains(only.Properties, property => property.Id == PropertyIdentifier.UserProperty);
        reader.ExpectNothing();
    }

    [Fact]
    public void Time_counts_while_the_broker_does_not_run()
    {
        TestClient publisher = _broker.Connect();
        publisher.Publish("r", "retained", 1, retain: true, properties: Property.MessageExpiryInterval(10));
        Persistent("short", 5).Subscribe("t", 1).Disconnect();
        Persistent("long", 60).Subscribe("t", 1).Disconnect();
        publisher.Publish("t", "brief", 1, properties: Property.MessageExpiryInterval(10));
        publisher.Publish("t", "lasting", 1, properties: Property.MessageExpiryInterval(100));
        Kill(afterSeconds: 20);
        Assert.Null(_broker.FindSession("short")); // [MQTT-3.1.2-23]
        Packet left = Assert.Single(Persistent("long", 60).Read()); // [MQTT-3.3.2-5]
        Assert.Equal("lasting", left.Text);
        Assert.InRange(left.Integer(PropertyIdentifier.MessageExpiryInterval)!.Value, 78u, 81u); // [MQTT-3.3.2-6]
        _broker.Connect().Subscribe("r").ExpectNothing();
    }

    [Fact]
    public void A_delayed_will_is_published_when_it_is_due_after_the_restart()
    {
        // [MQTT-3.1.2-8] [MQTT-3.1.3-9]
        _broker.ConnectPersistent("w").Subscribe("gone", 1).Disconnect();
        TestClient client = _broker.Connect(
            "s",
            clean: false,
            properties: Property.SessionExpiryInterval(1_000),
            will: new Will("gone", "will", 1, Properties: Property.WillDelayInterval(30)));
        client.Reset();
        _broker.AdvanceSeconds(1);
        Kill(afterSeconds: 9);
        TestClient watcher = _broker.ConnectPersistent("w");
        _broker.AdvanceSeconds(15);
        watcher.ExpectNothing();
        _broker.AdvanceSeconds(10);
        Assert.Equal("will", watcher.NextPublish().Text);
    }

    [Fact]
    public void The_will_of_a_client_that_was_connected_waits_a_moment_for_its_return()
    {
        _broker.ConnectPersistent("w").Subscribe("gone", 1).Disconnect();
        Connect("back");
        Connect("away");
        Kill();
        TestClient watcher = _broker.ConnectPersistent("w");
        Connect("back");
        _broker.AdvanceSeconds(12);
        Assert.Equal(["away"], watcher.ReadTexts());

        void Connect(string identifier) => _broker.Connect(
            identifier,
            clean: false,
            properties: Property.SessionExpiryInterval(1_000),
            will: new Will("gone", identifier, 1));
    }

    [Fact]
    public void What_ends_with_its_connection_leaves_nothing()
    {
        _broker.Connect("brief").Subscribe("t", 1);
        _broker.Connect().Publish("t", "x", 1);
        Kill();
        Assert.Null(_broker.FindSession("brief"));
        Assert.Equal(0, _broker.Metrics.Sessions);
    }

    [Fact]
    public void A_session_that_ended_does_not_come_back()
    {
        _broker.ConnectPersistent("s").Subscribe("t", 1).Disconnect();
        _broker.Connect("s").Disconnect(); // Clean Start
        Kill();
        Assert.False(_broker.ConnectPersistent("s").Connack!.SessionPresent);
    }

    [Fact]
    public void A_session_belongs_to_its_user_after_a_restart_too()
    {
        TestClient client = _broker.Open();
        byte[] connect = Packets.Connect(ProtocolVersion.Mqtt5, "s", false, 0, Property.SessionExpiryInterval(100));
        client.Send(Packets.WithUserName(connect, "alice"));
        _broker.Tick();
        Kill();
        TestClient other = _broker.Open();
        other.Send(Packets.WithUserName(connect, "bob"));
        _broker.Tick();
        Assert.False(other.Next(PacketType.Connack).SessionPresent);
    }

    [Fact]
    public void A_queue_that_leaves_memory_comes_back_in_order_and_holds_little_of_it()
    {
        const int Messages = 3_000;
        _broker.Dispose();
        _broker = Start();
        _broker.ConnectPersistent("s").Subscribe("t", 1).Disconnect();
        TestClient publisher = _broker.Connect();
        long most = 0;
        for (int i = 0; i < Messages; i++)
        {
            publisher.Publish("t", $"{i:D6}{new string('.', 60)}", 1);
            most = Math.Max(most, _broker.Dispatchers[0].Journal!.QueueBytes);
        }

        Assert.InRange(most, 1, 40_000);
        Kill();
        TestClient back = _broker.ConnectPersistent("s", receiveMaximum: 50);
        for (int i = 0; i < Messages;)
        {
            List<Packet> some = back.Read();
            Assert.NotEmpty(some);
            Assert.All(some, packet => Assert.Equal($"{i++:D6}", packet.Text[..6]));
            Assert.InRange(_broker.Dispatchers[0].Journal!.QueueBytes, 0, 40_000);
            back.Acknowledge(some);
        }

        _broker.AdvanceSeconds(2);
        back.ExpectNothing();
        Kill();
        _broker.ConnectPersistent("s").ExpectNothing();
    }

    private TestBroker Start(ManualTime? time = null) => new(
        configure: options => options.Persistence = options.Persistence! with { QueueMemoryBytes = 10_000 },
        store: _store,
        storeLimits: new StoreLimits { SegmentBytes = 2_000 },
        time: time);

    private TestClient Persistent(string identifier, uint seconds) => _broker.Connect(
        identifier, clean: false, properties: Property.SessionExpiryInterval(seconds));

    // The process is gone between two ticks: what it had not committed is lost. Another one starts.
    private void Kill(int afterSeconds = 0)
    {
        TestBroker dead = _broker;
        dead.Time.Advance(afterSeconds * 1_000L);
        dead.Time.AdvanceUtc(TimeSpan.FromMilliseconds(dead.State.Milliseconds())); // the calendar has moved meanwhile
        _broker = Start(dead.Time);
        dead.Dispose();
        _broker.Tick();
    }
}

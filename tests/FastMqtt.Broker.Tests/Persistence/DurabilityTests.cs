// When replies leave: after the transaction that holds what they promise, in their order, and at once when there is
// nothing to hold. The disk is a store in memory that can be made to wait or to fail.

using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

public sealed class DurabilityTests : IDisposable
{
    private readonly MemoryStore _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void An_acknowledgement_waits_for_the_commit_of_what_an_absent_session_gets(int qos, int dispatchers)
    {
        // [MQTT-4.3.2-4] [MQTT-4.3.3-8]
        using var broker = new TestBroker(dispatchers, store: _store);
        int last = dispatchers - 1;
        broker.ConnectPersistent(broker.IdentifierOn(last), at: last).Subscribe("t", 2).Disconnect();
        TestClient publisher = broker.Connect();
        broker.IsDiskHeld = true;
        publisher.Send("t", "x", qos);
        broker.Tick();
        publisher.ExpectNothing();
        broker.IsDiskHeld = false;
        broker.Tick();
        publisher.Next(qos == 1 ? PacketType.Puback : PacketType.Pubrec);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void What_needs_no_disk_does_not_wait_for_it(int qos)
    {
        using var broker = new TestBroker(store: _store);
        TestClient subscriber = broker.Connect().Subscribe("t", qos);
        TestClient publisher = broker.Connect();
        broker.Tick();
        int commits = _store.Commits;
        broker.IsDiskHeld = true;
        publisher.Publish("t", "x", qos);
        Assert.Equal("x", subscriber.NextPublish().Text);
        broker.IsDiskHeld = false;
        broker.AdvanceSeconds(2);
        Assert.Equal(commits, _store.Commits);
    }

    [Fact]
    public void What_is_acknowledged_by_its_receiver_before_the_commit_is_never_written()
    {
        using var broker = new TestBroker(store: _store);
        TestClient subscriber = broker.ConnectPersistent("s").Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        TestClient other = broker.ConnectPersistent("o");
        broker.AdvanceSeconds(1);
        broker.IsDiskHeld = true;
        other.Send(Packets.Subscribe(ProtocolVersion.Mqtt5, 9, null, ("busy", 0))); // a transaction that takes its time
        broker.Tick();
        publisher.Send("t", "x", 1);
        broker.Tick();
        Packet delivered = subscriber.NextPublish();
        publisher.ExpectNothing();
        subscriber.Acknowledge(delivered);
        publisher.Next(PacketType.Puback); // nothing of it is left to write
        broker.IsDiskHeld = false;
        int commits = _store.Commits;
        broker.AdvanceSeconds(1);
        Assert.Equal(commits + 1, _store.Commits); // the subscription's
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_message_that_its_receiver_acknowledges_at_once_never_touches_the_disk(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers, store: _store);
        int last = dispatchers - 1;
        TestClient subscriber = broker.ConnectPersistent(broker.IdentifierOn(last), at: last).Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        broker.AdvanceSeconds(1);
        int commits = _store.Commits;
        for (int i = 0; i < 100; i++)
        {
            publisher.Send("t", "x", 1);
            broker.Advance(Limits.AcknowledgementGrace - 1);
            publisher.ExpectNothing();
            subscriber.Acknowledge(subscriber.NextPublish());
            publisher.Next(PacketType.Puback);
        }

        Assert.Equal(commits, _store.Commits);
    }

    [Fact]
    public void A_message_that_is_not_acknowledged_in_time_is_stored_and_those_behind_it_with_it()
    {
        using var broker = new TestBroker(store: _store);
        TestClient subscriber = broker.ConnectPersistent("s").Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        broker.AdvanceSeconds(1);
        int commits = _store.Commits;
        publisher.Send("t", "a", 1);
        broker.Tick();
        Assert.Equal(Limits.AcknowledgementGrace, broker.Pollers[0].LastTimeoutMilliseconds);
        broker.Advance(1);
        publisher.Send("t", "b", 1);
        publisher.Send("t", "c", 1);
        broker.Tick();
        subscriber.Acknowledge(subscriber.Read()[1]);
        publisher.ExpectNothing(); // [MQTT-4.6.0-2]
        broker.Advance(Limits.AcknowledgementGrace - 1);
        Assert.Equal(commits + 1, _store.Commits);
        Assert.Equal(3, publisher.Read().Count);
    }

    [Fact]
    public void A_message_for_a_client_that_takes_longer_waits_for_nothing_but_the_disk()
    {
        using var broker = new TestBroker(store: _store);
        TestClient subscriber = broker.ConnectPersistent("s").Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        publisher.Send("t", "a", 1);
        broker.Advance(Limits.AcknowledgementGrace);
        publisher.Next(PacketType.Puback);
        subscriber.Acknowledge(subscriber.NextPublish());
        publisher.Publish("t", "b", 1); // its PUBACK comes without any time
        subscriber.Acknowledge(subscriber.NextPublish()); // and this one was quick again
        publisher.Send("t", "c", 1);
        broker.Tick();
        publisher.ExpectNothing();
        broker.Advance(Limits.AcknowledgementGrace);
        publisher.Next(PacketType.Puback);
    }

    [Fact]
    public void A_message_of_QoS_2_does_not_wait_for_its_acknowledgement()
    {
        using var broker = new TestBroker(store: _store);
        TestClient subscriber = broker.ConnectPersistent("s").Subscribe("t", 2);
        TestClient publisher = broker.Connect();
        publisher.Send("t", "a", 1);
        publisher.Send("t", "b", 2);
        publisher.Send("t", "c", 1); // behind one that waits for the disk, it waits too
        broker.Tick();
        Assert.Equal(["a", "b", "c"], subscriber.ReadTexts());
        Assert.Equal(3, publisher.Read().Count);
    }

    [Fact]
    public void A_reply_that_has_nothing_to_wait_for_does_not_overtake_one_that_has()
    {
        // [MQTT-4.6.0-2]
        using var broker = new TestBroker(store: _store);
        broker.ConnectPersistent("s").Subscribe("kept", 1).Disconnect();
        TestClient publisher = broker.Connect();
        broker.IsDiskHeld = true;
        ushort first = publisher.Send("kept", "x", 1);
        ushort second = publisher.Send("nobody", "x", 1);
        publisher.Send(Packets.Pingreq);
        broker.Tick();
        publisher.Next(PacketType.Pingresp); // it promises nothing
        publisher.ExpectNothing();
        broker.IsDiskHeld = false;
        broker.Tick();
        Assert.Equal(first, publisher.Next(PacketType.Puback).Id);
        Assert.Equal(second, publisher.Next(PacketType.Puback).Id);
    }

    [Fact]
    public void A_persistent_session_gets_nothing_before_a_connack_that_waits()
    {
        // [MQTT-3.2.0-1]
        using var broker = new TestBroker(store: _store);
        broker.ConnectPersistent("s").Subscribe("t", 1).Disconnect();
        broker.Connect().Publish("t", "x", 1);
        broker.IsDiskHeld = true;
        TestClient back = broker.Open();
        back.Send(Packets.Connect(
            ProtocolVersion.Mqtt5, "s", false, 0, Property.SessionExpiryInterval(100)));
        back.Send(Packets.Pingreq);
        broker.Tick();
        back.ExpectNothing();
        broker.IsDiskHeld = false;
        broker.Tick();
        Assert.Equal(
            [PacketType.Connack, PacketType.Pingresp, PacketType.Publish], back.Read().Select(packet => packet.Type));
    }

    [Fact]
    public void Suback_and_unsuback_of_a_persistent_session_wait_for_the_commit()
    {
        using var broker = new TestBroker(store: _store);
        TestClient client = broker.ConnectPersistent("s");
        broker.IsDiskHeld = true;
        client.Send(Packets.Subscribe(ProtocolVersion.Mqtt5, 1, null, ("t", 1)));
        client.Send(Packets.Unsubscribe(ProtocolVersion.Mqtt5, 2, "t"));
        broker.Tick();
        client.ExpectNothing();
        broker.IsDiskHeld = false;
        broker.Tick();
        client.Next(PacketType.Suback);
        client.Next(PacketType.Unsuback);
    }

    [Fact]
    public void A_retained_message_is_acknowledged_when_it_is_stored()
    {
        using var broker = new TestBroker(store: _store);
        TestClient publisher = broker.Connect();
        broker.IsDiskHeld = true;
        publisher.Send("t", "x", 1, retain: true);
        broker.Tick();
        publisher.ExpectNothing();
        broker.IsDiskHeld = false;
        broker.Tick();
        publisher.Next(PacketType.Puback);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void A_message_is_sent_before_it_is_durable_only_if_it_may_come_twice(int qos, bool waits)
    {
        using var broker = new TestBroker(store: _store);
        TestClient subscriber = broker.ConnectPersistent("s").Subscribe("t", 2);
        TestClient publisher = broker.Connect();
        broker.IsDiskHeld = true;
        publisher.Send("t", "x", qos);
        broker.Tick();
        Assert.Equal(waits ? 0 : 1, subscriber.Read().Count);
        broker.IsDiskHeld = false;
        broker.Tick();
        Assert.Equal(waits ? 1 : 0, subscriber.Read().Count);
    }

    [Fact]
    public void Pubrel_to_a_receiver_and_pubcomp_to_a_sender_wait_for_the_commit()
    {
        using var broker = new TestBroker(store: _store);
        TestClient subscriber = broker.ConnectPersistent("s").Subscribe("t", 2);
        TestClient publisher = broker.ConnectPersistent("p");
        ushort id = publisher.Send("t", "x", 2);
        broker.Tick();
        publisher.Next(PacketType.Pubrec);
        Packet delivered = subscriber.NextPublish();
        broker.IsDiskHeld = true;
        subscriber.Send(Packets.Pubrec(delivered.Id));
        publisher.Send(Packets.Pubrel(id));
        broker.Tick();
        subscriber.ExpectNothing();
        publisher.ExpectNothing();
        broker.IsDiskHeld = false;
        broker.Tick();
        subscriber.Next(PacketType.Pubrel);
        publisher.Next(PacketType.Pubcomp);
    }

    [Theory]
    [InlineData(Durability.Interval)]
    [InlineData(Durability.Off)]
    public void With_less_durability_nothing_waits_and_everything_is_written_later(Durability durability)
    {
        using var broker = new TestBroker(
            store: _store,
            configure: options => options.Persistence = options.Persistence! with
            {
                Durability = durability,
                Interval = TimeSpan.FromSeconds(1),
            });
        broker.IsDiskHeld = true;
        broker.ConnectPersistent("s").Subscribe("t", 2).Disconnect();
        broker.Connect().Publish("t", "x", 2);
        broker.IsDiskHeld = false;
        broker.AdvanceSeconds(2);
        Assert.Equal(durability == Durability.Off ? 0 : _store.Commits, _store.ForcedCommits);
        using var next = new TestBroker(store: _store, time: broker.Time);
        Assert.Equal(["x"], next.ConnectPersistent("s").ReadTexts());
    }

    [Fact]
    public void While_the_disk_fails_replies_wait_and_come_when_it_works_again()
    {
        using var broker = new TestBroker(store: _store);
        TestClient subscriber = broker.Connect().Subscribe("live");
        broker.ConnectPersistent("s").Subscribe("kept", 1).Disconnect();
        TestClient publisher = broker.Connect();
        broker.IsDiskHeld = true; // the writer would try again and again on the test's thread
        publisher.Send("kept", "x", 1);
        publisher.Send("live", "y");
        broker.Tick();
        publisher.ExpectNothing();
        Assert.Equal("y", subscriber.NextPublish().Text);
        broker.IsDiskHeld = false;
        broker.Tick();
        publisher.Next(PacketType.Puback);
    }
}

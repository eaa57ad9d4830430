// QoS 2 through a disconnect at each step of the handshake, in both directions: once, never twice, never not at all.
// [MQTT-4.3.3-1] to [MQTT-4.3.3-13]

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Sessions;

public sealed class ExactlyOnceTests
{
    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void Inbound_before_pubrec_arrives(ProtocolVersion version)
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("t", 2);
        broker.ConnectPersistent("p", version).Send("t", "once", qos: 2, id: 7);
        broker.Tick();
        TestClient again = broker.ConnectPersistent("p", version);
        Assert.True(again.Connack!.SessionPresent);
        again.Send(Packets.Publish(version, "t", "once"u8, 2, 7, duplicate: true));
        broker.Tick();
        Assert.Equal(7, again.Next(PacketType.Pubrec).Id);
        Finish(broker, again, 7);
        Assert.Equal(["once"], watcher.ReadTexts());
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void Inbound_before_pubrel_is_sent(ProtocolVersion version)
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("t", 2);
        TestClient publisher = broker.ConnectPersistent("p", version);
        publisher.Send("t", "once", qos: 2, id: 7);
        broker.Tick();
        publisher.Next(PacketType.Pubrec);
        publisher.Reset();
        Finish(broker, broker.ConnectPersistent("p", version), 7);
        Assert.Equal(["once"], watcher.ReadTexts());
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void Inbound_before_pubcomp_arrives(ProtocolVersion version)
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("t", 2);
        TestClient publisher = broker.ConnectPersistent("p", version);
        publisher.Send("t", "once", qos: 2, id: 7);
        publisher.Send(Packets.Pubrel(7));
        broker.Tick();
        publisher.Reset();
        TestClient again = broker.ConnectPersistent("p", version);
        again.Send(Packets.Pubrel(7));
        broker.Tick();
        Packet pubcomp = again.Next(PacketType.Pubcomp);
        bool tells = version == ProtocolVersion.Mqtt5; // [MQTT-4.3.3-11]
        Assert.Equal(tells ? ReasonCode.PacketIdentifierNotFound : ReasonCode.Success, pubcomp.Reason);
        Assert.Equal(["once"], watcher.ReadTexts());

        again.Send("t", "another", qos: 2, id: 7); // [MQTT-4.3.3-12] after PUBCOMP it is a new message
        broker.Tick();
        Assert.Equal(["another"], watcher.ReadTexts());
    }

    [Fact]
    public void Inbound_twice_without_a_disconnect_is_passed_on_once()
    {
        // [MQTT-4.3.3-10]
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("t", 2);
        TestClient publisher = broker.Connect();
        publisher.Send("t", "once", qos: 2, id: 7);
        publisher.Send("t", "once", qos: 2, id: 7);
        broker.Tick();
        Assert.Equal(2, publisher.Read().Count(packet => packet.Type == PacketType.Pubrec));
        Assert.Equal(["once"], watcher.ReadTexts());
    }

    [Fact]
    public void Inbound_a_clean_start_forgets_the_exchange()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("t", 2);
        broker.ConnectPersistent("p").Send("t", "1", qos: 2, id: 7);
        broker.Tick();
        broker.Connect("p").Send("t", "2", qos: 2, id: 7);
        broker.Tick();
        Assert.Equal(["1", "2"], watcher.ReadTexts());
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void Outbound_at_each_step(ProtocolVersion version)
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.ConnectPersistent("c", version).Subscribe("t", 2);
        TestClient publisher = broker.Connect();
        publisher.Publish("t", "once", qos: 2);
        ushort id = subscriber.NextPublish().Id;
        subscriber.Reset();

        subscriber = broker.ConnectPersistent("c", version); // before PUBREC: the PUBLISH again
        Packet again = Assert.Single(subscriber.Read());
        Assert.Equal((id, true, "once"), (again.Id, again.Duplicate, again.Text));
        subscriber.Send(Packets.Pubrec(id));
        broker.Tick();
        Assert.Equal(id, subscriber.Next(PacketType.Pubrel).Id);
        Assert.Equal(0, broker.RentedBytes);
        subscriber.Reset();

        subscriber = broker.ConnectPersistent("c", version); // before PUBCOMP: the PUBREL again, never the PUBLISH
        Assert.Equal(id, subscriber.Next(PacketType.Pubrel).Id);
        subscriber.ExpectNothing();
        subscriber.Send(Packets.Pubrec(id)); // a late duplicate of PUBREC
        broker.Tick();
        Assert.Equal(id, subscriber.Next(PacketType.Pubrel).Id);
        subscriber.Send(Packets.Pubcomp(id));
        broker.Tick();
        subscriber.Reset();

        subscriber = broker.ConnectPersistent("c", version);
        subscriber.ExpectNothing();
        Assert.Equal(0, broker.FindSession("c")!.Inflight!.Count);
    }

    [Fact]
    public void Outbound_pubrec_lost_with_its_connection_and_sent_again_is_answered()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.ConnectPersistent("c").Subscribe("t", 2);
        broker.Connect().Publish("t", "once", qos: 2);
        ushort id = subscriber.NextPublish().Id;
        subscriber.Send(Packets.Pubrec(id)).Socket.SendRoom = 0;
        broker.Tick();
        subscriber.Reset();
        subscriber = broker.ConnectPersistent("c");
        Assert.Equal(id, Assert.Single(subscriber.Read()).Id);
        subscriber.Send(Packets.Pubcomp(id));
        broker.Tick();
        Assert.Equal(0, broker.FindSession("c")!.Inflight!.Count);
    }

    [Fact]
    public void Outbound_pubrels_come_before_publishes_and_in_the_order_of_the_pubrecs()
    {
        // [MQTT-4.6.0-4]
        using var broker = new TestBroker();
        TestClient subscriber = broker.ConnectPersistent("c").Subscribe("t", 2);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 4; i++)
        {
            publisher.Publish("t", $"{i}", qos: 2);
        }

        List<Packet> packets = subscriber.Read();
        subscriber.Send(Packets.Pubrec(packets[2].Id)).Send(Packets.Pubrec(packets[0].Id));
        broker.Tick();
        Assert.Equal([packets[2].Id, packets[0].Id], subscriber.Read().Select(packet => packet.Id));
        subscriber.Reset();
        List<Packet> again = broker.ConnectPersistent("c").Read();
        Assert.Equal(
            [PacketType.Pubrel, PacketType.Pubrel, PacketType.Publish, PacketType.Publish],
            again.Select(packet => packet.Type));
        Assert.Equal(
            [packets[2].Id, packets[0].Id, packets[1].Id, packets[3].Id], again.Select(packet => packet.Id));
    }

    [Fact]
    public void Outbound_an_error_in_pubrec_ends_the_exchange()
    {
        // [MQTT-4.3.3-4]
        using var broker = new TestBroker();
        TestClient subscriber = broker.ConnectPersistent("c", receiveMaximum: 1).Subscribe("t", 2);
        TestClient publisher = broker.Connect();
        publisher.Publish("t", "refused", qos: 2);
        publisher.Publish("t", "next", qos: 2);
        subscriber.Send(Packets.Pubrec(subscriber.NextPublish().Id, ReasonCode.QuotaExceeded));
        broker.Tick();
        Assert.Equal(["next"], subscriber.ReadTexts());
        Assert.Equal(1, broker.FindSession("c")!.Inflight!.Count);
    }

    [Fact]
    public void Outbound_pubrec_for_an_unknown_identifier_is_told_so()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect();
        subscriber.Send(Packets.Pubrec(9));
        broker.Tick();
        Packet pubrel = subscriber.Next(PacketType.Pubrel);
        Assert.Equal((9, ReasonCode.PacketIdentifierNotFound), (pubrel.Id, pubrel.Reason));
    }

    private static void Finish(TestBroker broker, TestClient publisher, ushort id)
    {
        publisher.Send(Packets.Pubrel(id));
        broker.Tick();
        Packet pubcomp = publisher.Next(PacketType.Pubcomp);
        Assert.Equal((id, ReasonCode.Success), (pubcomp.Id, pubcomp.Reason));
        Assert.Equal(0, broker.FindSession("p")!.Received!.Count);
    }
}

// A client that comes back to its session: what it has not acknowledged is sent again first, as a duplicate, in the
// order of first sending; then what waited. [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-3.3.1-1]

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Sessions;

public sealed class RedeliveryTests
{
    [Theory]
    [InlineData(ProtocolVersion.Mqtt311, 1)]
    [InlineData(ProtocolVersion.Mqtt311, 2)]
    [InlineData(ProtocolVersion.Mqtt5, 1)]
    [InlineData(ProtocolVersion.Mqtt5, 2)]
    public void Unacknowledged_messages_come_again_as_duplicates_with_the_same_identifiers(
        ProtocolVersion version, int qos)
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.ConnectPersistent("c", version).Subscribe("t", qos);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 20; i++)
        {
            publisher.Publish("t", $"{i}", qos);
        }

        List<Packet> first = subscriber.Read();
        subscriber.Reset();
        publisher.Publish("t", "20", qos);
        TestClient back = broker.ConnectPersistent("c", version);
        List<Packet> again = back.Read();
        Assert.Equal(Enumerable.Range(0, 21).Select(i => $"{i}"), again.Select(packet => packet.Text));
        Assert.Equal(first.Select(packet => packet.Id), again.Take(20).Select(packet => packet.Id));
        Assert.Equal(Enumerable.Range(0, 21).Select(i => i < 20), again.Select(packet => packet.Duplicate));
        back.Acknowledge(again);
        back.Reset();
        broker.ConnectPersistent("c", version).ExpectNothing();
    }

    [Fact]
    public void A_smaller_receive_maximum_of_the_new_connection_is_kept()
    {
        // [MQTT-3.3.4-9]
        using var broker = new TestBroker();
        TestClient subscriber = broker.ConnectPersistent("c", receiveMaximum: 5).Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 8; i++)
        {
            publisher.Publish("t", $"{i}", qos: 1);
        }

        Assert.Equal(5, subscriber.Read().Count);
        subscriber.Reset();
        TestClient back = broker.ConnectPersistent("c", receiveMaximum: 2);
        List<Packet> all = [];
        for (List<Packet> batch = back.Read(); batch.Count > 0; batch = back.Read())
        {
            Assert.InRange(batch.Count, 1, 2);
            all.AddRange(batch);
            back.Acknowledge(batch[0]);
            batch.RemoveAt(0);
            Assert.True(broker.FindSession("c")!.Inflight!.Count > 0 || batch.Count == 0);
            back.Acknowledge(batch);
        }

        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i}"), all.Select(packet => packet.Text));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => i < 5), all.Select(packet => packet.Duplicate));
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void Messages_published_during_redelivery_stay_behind_it()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.ConnectPersistent("c", receiveMaximum: 4).Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 4; i++)
        {
            publisher.Publish("t", $"{i}", qos: 1);
        }

        subscriber.Reset();
        TestClient back = broker.ConnectPersistent("c", receiveMaximum: 1);
        publisher.Publish("t", "4", qos: 1);
        for (int i = 0; i < 5; i++)
        {
            Packet packet = Assert.Single(back.Read());
            Assert.Equal(($"{i}", i < 4), (packet.Text, packet.Duplicate));
            back.Acknowledge(packet);
        }
    }

    [Fact]
    public void An_acknowledgement_of_the_earlier_connection_may_come_on_the_new_one()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.ConnectPersistent("c", receiveMaximum: 3).Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 3; i++)
        {
            publisher.Publish("t", $"{i}", qos: 1);
        }

        List<Packet> first = subscriber.Read();
        subscriber.Reset();
        TestClient back = broker.ConnectPersistent("c", receiveMaximum: 1);
        Assert.Equal("0", back.NextPublish().Text);
        back.Acknowledge(first[1]); // not sent again yet
        back.ExpectNothing();
        back.Acknowledge(first[0]);
        Packet last = Assert.Single(back.Read());
        Assert.Equal("2", last.Text);
        back.Acknowledge(last);
        Assert.Equal(0, broker.FindSession("c")!.Inflight!.Count);
        publisher.Publish("t", "new", qos: 1);
        Assert.Equal(["new"], back.ReadTexts());
    }

    [Fact]
    public void The_order_survives_many_short_connections()
    {
        using var broker = new TestBroker();
        broker.ConnectPersistent("c").Subscribe("t", 1).Reset();
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 30; i++)
        {
            publisher.Publish("t", $"{i}", qos: 1);
        }

        for (int done = 0; done < 30; done += 2)
        {
            TestClient client = broker.ConnectPersistent("c", receiveMaximum: 7);
            List<Packet> packets = client.Read();
            Assert.Equal(
                Enumerable.Range(done, Math.Min(7, 30 - done)).Select(i => $"{i}"),
                packets.Select(packet => packet.Text));
            client.Acknowledge(packets.Take(2));
            client.Reset();
        }

        broker.ConnectPersistent("c").ExpectNothing();
    }

    [Fact]
    public void Redelivery_waits_for_a_socket_that_is_full()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.ConnectPersistent("c").Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        string payload = new('x', 50_000);
        for (int i = 0; i < 40; i++)
        {
            publisher.Publish("t", $"{i:D2}{payload}", qos: 1);
        }

        subscriber.Reset();
        TestClient back = broker.Open();
        back.Socket.SendRoom = 100;
        back.Send(Packets.Connect(ProtocolVersion.Mqtt5, "c", clean: false, 0, Property.SessionExpiryInterval(60)));
        broker.Tick();
        Assert.InRange(
            broker.FindSession("c")!.Client!.Connection.PendingBytes, 1, Limits.OutputBytesHigh + payload.Length + 100);
        back.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        back.Next(PacketType.Connack);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i:D2}"), back.ReadTexts().Select(text => text[..2]));
    }
}

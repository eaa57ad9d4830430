// The edges of bursts and runs: where one must end, and that what ends it gets the answer it would get alone.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Delivering;

public sealed class BurstTests
{
    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void An_identifier_of_zero_ends_the_burst_and_the_connection(ProtocolVersion version)
    {
        // [MQTT-2.2.1-3]
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect(version: version).Subscribe("t", 1);
        TestClient publisher = broker.Connect(version: version);
        publisher.Send("t", "1", qos: 1);
        publisher.Send("t", "2", qos: 1);
        publisher.Send("t", "3", qos: 1, id: 0);
        publisher.Send("t", "4", qos: 1);
        broker.Tick();
        Assert.Equal(["1", "2"], subscriber.ReadTexts());
        publisher.Next(PacketType.Puback);
        publisher.Next(PacketType.Puback);
        if (version == ProtocolVersion.Mqtt5)
        {
            Assert.Equal(ReasonCode.ProtocolError, publisher.Next(PacketType.Disconnect).Reason);
        }

        publisher.ExpectNothing();
    }

    [Fact]
    public void The_window_takes_its_part_and_the_queue_the_rest_in_order()
    {
        // [MQTT-3.3.4-9] [MQTT-4.6.0-1]
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect(properties: Property.ReceiveMaximum(3)).Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 8; i++)
        {
            publisher.Send("t", $"{i}", qos: 1);
        }

        broker.Tick();
        List<Packet> first = subscriber.Read();
        Assert.Equal(["0", "1", "2"], first.Select(packet => packet.Text));
        subscriber.Acknowledge(first);
        List<Packet> second = subscriber.Read();
        Assert.Equal(["3", "4", "5"], second.Select(packet => packet.Text));
        subscriber.Acknowledge(second);
        Assert.Equal(["6", "7"], subscriber.ReadTexts());
    }

    [Theory]
    [InlineData(1, PacketType.Puback)]
    [InlineData(2, PacketType.Pubrec)]
    public void Acknowledgements_come_in_the_order_of_the_packets(int qos, PacketType acknowledgement)
    {
        // [MQTT-4.6.0-2] [MQTT-4.6.0-3]
        using var broker = new TestBroker();
        broker.Connect().Subscribe("t", qos);
        TestClient publisher = broker.Connect();
        ushort[] ids = [7, 3, 65_535, 1, 900];
        foreach (ushort id in ids)
        {
            publisher.Send("t", "x", qos, id: id);
        }

        broker.Tick();
        List<Packet> answers = publisher.Read();
        Assert.All(answers, packet => Assert.Equal(acknowledgement, packet.Type));
        Assert.Equal(ids, answers.Select(packet => packet.Id));
    }

    [Fact]
    public void A_burst_for_an_offline_session_waits_as_single_messages()
    {
        using var broker = new TestBroker();
        broker.ConnectPersistent("s").Subscribe("t", 2).Disconnect();
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 5; i++)
        {
            publisher.Send("t", $"{i}", qos: 2);
        }

        broker.Tick();
        Assert.Equal(5, publisher.Read().Count(packet => packet.Type == PacketType.Pubrec));
        TestClient again = broker.ConnectPersistent("s");
        Assert.Equal(["0", "1", "2", "3", "4"], again.ReadTexts());
    }

    [Fact]
    public void A_qos_2_burst_stops_at_the_receive_maximum()
    {
        // [MQTT-3.3.4-7]
        using var broker = new TestBroker(configure: options => options.ReceiveMaximum = 4);
        TestClient subscriber = broker.Connect().Subscribe("t", 2);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 6; i++)
        {
            publisher.Send("t", $"{i}", qos: 2);
        }

        broker.Tick();
        Assert.Equal(["0", "1", "2", "3"], subscriber.ReadTexts());
        List<Packet> answers = publisher.Read();
        Assert.Equal(4, answers.Count(packet => packet.Type == PacketType.Pubrec));
        Assert.Equal(ReasonCode.ReceiveMaximumExceeded, answers[^1].Reason);
    }

    [Fact]
    public void Nobody_to_receive_it_is_said_of_each_message()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        publisher.Send("t", "1", qos: 1);
        publisher.Send("t", "2", qos: 1);
        broker.Tick();
        Assert.All(
            publisher.Read(), packet => Assert.Equal(ReasonCode.NoMatchingSubscribers, packet.Reason));
    }

    [Fact]
    public void A_subscriber_of_a_burst_on_another_dispatcher_gets_it_whole()
    {
        using var broker = new TestBroker(3);
        TestClient[] subscribers =
        [
            .. Enumerable.Range(0, 3).Select(i => broker.Connect(at: i).Subscribe("t", i)),
        ];
        TestClient publisher = broker.Connect();
        string[] texts = [.. Enumerable.Range(0, 50).Select(i => new string((char)('a' + (i % 26)), i * 3))];
        for (int qos = 0; qos < 3; qos++)
        {
            foreach (string text in texts)
            {
                publisher.Send("t", text, qos);
            }

            broker.Tick();
            foreach ((int granted, TestClient subscriber) in subscribers.Index())
            {
                List<Packet> packets = subscriber.Read();
                Assert.Equal(texts, packets.Select(packet => packet.Text));
                Assert.All(packets, packet => Assert.Equal(Math.Min(qos, granted), packet.QoS));
                subscriber.Acknowledge(packets);
                subscriber.Read();
            }
        }
    }

    [Fact]
    public void No_local_holds_for_a_burst()
    {
        // [MQTT-3.8.3-3]
        using var broker = new TestBroker();
        TestClient self = broker.Connect().Subscribe("t", 1 | 4);
        self.Send("t", "1", qos: 1);
        self.Send("t", "2", qos: 1);
        broker.Tick();
        Assert.All(self.Read(), packet => Assert.Equal(PacketType.Puback, packet.Type));
    }

    [Fact]
    public void A_puback_for_a_qos_2_message_ends_the_run_and_the_connection()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect().Subscribe("one", 1).Subscribe("two", 2);
        TestClient publisher = broker.Connect();
        publisher.Publish("one", "1", qos: 1);
        publisher.Publish("two", "2", qos: 2);
        publisher.Publish("one", "3", qos: 1);
        List<Packet> packets = subscriber.Read();
        foreach (Packet packet in packets)
        {
            subscriber.Send(Packets.Puback(packet.Id));
        }

        broker.Tick();
        Assert.Equal(ReasonCode.ProtocolError, subscriber.Next(PacketType.Disconnect).Reason);
    }

    [Fact]
    public void Acknowledgements_of_unknown_identifiers_inside_a_run_change_nothing()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect().Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        publisher.Publish("t", "1", qos: 1);
        publisher.Publish("t", "2", qos: 1);
        ushort[] ids = [.. subscriber.Read().Select(packet => packet.Id)];
        subscriber.Send(
            [.. Packets.Puback(ids[0]), .. Packets.Puback(500), .. Packets.Puback(ids[0]), .. Packets.Puback(ids[1])]);
        broker.Tick();
        subscriber.ExpectNothing();
        Assert.Equal(0, broker.FindSession(subscriber.Identifier)!.Inflight!.Count);
    }
}

// Retained messages on their way to a new subscription: at the pace of socket and window, none lost, none twice.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Delivering;

public sealed class RetainedDeliveryTests
{
    private const int Many = 10_000;

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void Ten_thousand_reach_a_slow_reader_within_bounded_output(ProtocolVersion version)
    {
        using var broker = new TestBroker();
        Fill(broker, Many, new string('x', 200));
        TestClient slow = broker.Connect(version: version);
        slow.Socket.SendRoom = 1_000;
        slow.Send(Packets.Subscribe(version, 1, null, ("#", 0)));
        HashSet<string> topics = [];
        while (topics.Count < Many)
        {
            broker.Tick();
            int pending = broker.FindSession(slow.Identifier)!.Client!.Connection.PendingBytes;
            Assert.InRange(pending, 0, Limits.OutputBytesHigh + 300);
            int before = topics.Count;
            foreach (Packet packet in slow.Read().Where(packet => packet.Type == PacketType.Publish))
            {
                Assert.True(packet.Retain); // [MQTT-3.3.1-8]
                Assert.True(topics.Add(packet.Topic), "sent twice");
            }

            Assert.True(topics.Count > before || before == 0 || topics.Count == Many, "it does not go on");
            slow.Socket.SendRoom = 100_000;
        }

        broker.Tick();
        slow.ExpectNothing();
        Assert.False(broker.FindSession(slow.Identifier)!.HasBacklog);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Ten_thousand_with_acknowledgements_keep_to_the_window(int qos)
    {
        using var broker = new TestBroker();
        Fill(broker, Many, "x", qos);
        TestClient client = broker.Connect(properties: Property.ReceiveMaximum(10)).Subscribe("#", qos);
        HashSet<string> topics = [];
        for (List<Packet> batch = client.Read(); batch.Count > 0; batch = client.Read())
        {
            batch.RemoveAll(packet => packet.Type == PacketType.Pubrel);
            Assert.InRange(batch.Count, 0, 10);
            Assert.All(batch, packet => Assert.True(topics.Add(packet.Topic), "sent twice"));
            foreach (Packet packet in batch)
            {
                client.Send(qos == 1
                    ? Packets.Puback(packet.Id)
                    : [.. Packets.Pubrec(packet.Id), .. Packets.Pubcomp(packet.Id)]);
            }

            broker.Tick();
        }

        Assert.Equal(Many, topics.Count);
        Assert.Equal(0, broker.Metrics.Dropped);
    }

    [Fact]
    public void Changes_meanwhile_arrive_as_live_messages_and_the_old_ones_do_not_follow_them()
    {
        using var broker = new TestBroker();
        TestClient publisher = Fill(broker, 1_000, new string('x', 2_000));
        TestClient slow = broker.Connect();
        slow.Socket.SendRoom = 1_000;
        slow.Send(Packets.Subscribe(slow.Version, 1, null, ("#", 0)));
        broker.Tick();
        for (int i = 500; i < 1_000; i++)
        {
            publisher.Publish($"t/{i}", i < 750 ? "new" : "", retain: true);
        }

        Dictionary<string, string> last = [];
        int received = 0;
        for (int round = 0; round < 100; round++)
        {
            slow.Socket.SendRoom = 100_000;
            broker.Tick();
            foreach (Packet packet in slow.Read().Where(packet => packet.Type == PacketType.Publish))
            {
                last[packet.Topic] = packet.Text;
                received++;
            }
        }

        for (int i = 0; i < 1_000; i++)
        {
            string expected = i < 500 ? new string('x', 2_000) : i < 750 ? "new" : "";
            Assert.Equal(expected, last[$"t/{i}"]);
        }

        Assert.InRange(received, 1_000, 1_500);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Large_ones_are_not_dropped_for_being_large(int qos)
    {
        using var broker = new TestBroker();
        Fill(broker, 40, new string('x', 500_000), qos);
        TestClient slow = broker.Connect();
        slow.Socket.SendRoom = 1_000;
        slow.Send(Packets.Subscribe(slow.Version, 1, null, ("#", qos)));
        broker.Tick();
        slow.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        slow.Next(PacketType.Suback);
        Assert.Equal(40, slow.Read().Select(packet => packet.Topic).Distinct().Count());
        Assert.Equal(0, broker.Metrics.Dropped);
    }

    [Fact]
    public void They_are_not_dropped_for_a_small_queue()
    {
        using var broker = new TestBroker(configure: options => options.MaximumQueuedMessages = 5);
        Fill(broker, 100, "x", qos: 1);
        TestClient client = broker.Connect(properties: Property.ReceiveMaximum(1)).Subscribe("#", 1);
        int received = 0;
        for (List<Packet> batch = client.Read(); batch.Count > 0; batch = client.Read())
        {
            received += batch.Count;
            client.Acknowledge(batch);
        }

        Assert.Equal(100, received);
        Assert.Equal(0, broker.Metrics.Dropped);
    }

    [Fact]
    public void A_delivery_that_was_interrupted_goes_on_with_the_next_connection()
    {
        using var broker = new TestBroker();
        Fill(broker, 500, "x", qos: 1);
        TestClient client = broker.ConnectPersistent("c", receiveMaximum: 10).Subscribe("#", 1);
        HashSet<string> topics = [];
        for (int connection = 0; topics.Count < 500; connection++)
        {
            Assert.InRange(connection, 0, 60);
            List<Packet> batch = client.Read();
            Assert.All(batch, packet => Assert.True(topics.Add(packet.Topic), "sent twice"));
            client.Acknowledge(batch);
            batch = client.Read();
            Assert.All(batch, packet => Assert.True(topics.Add(packet.Topic), "sent twice"));
            client.Reset();
            client = broker.ConnectPersistent("c", receiveMaximum: 10);
            Assert.Equal(
                batch.Select(packet => packet.Text), client.Read().Take(batch.Count).Select(packet => packet.Text));
            client.Reset();
            client = broker.ConnectPersistent("c", receiveMaximum: 10);
            List<Packet> again = client.Read();
            Assert.Equal(batch.Select(packet => packet.Topic), again.Select(packet => packet.Topic));
            client.Acknowledge(again);
        }
    }

    [Fact]
    public void Unsubscribing_stops_it()
    {
        using var broker = new TestBroker();
        Fill(broker, 1_000, new string('x', 2_000));
        TestClient slow = broker.Connect();
        slow.Socket.SendRoom = 1_000;
        slow.Send(Packets.Subscribe(slow.Version, 1, null, ("#", 0)));
        broker.Tick();
        slow.Send(Packets.Unsubscribe(slow.Version, 2, "#"));
        broker.Tick();
        slow.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        Assert.InRange(slow.Read().Count(packet => packet.Type == PacketType.Publish), 1, 250);
    }

    [Fact]
    public void Live_messages_do_not_wait_behind_it()
    {
        using var broker = new TestBroker();
        TestClient publisher = Fill(broker, 1_000, new string('x', 2_000));
        TestClient slow = broker.Connect().Subscribe("live");
        slow.Socket.SendRoom = 1_000;
        slow.Send(Packets.Subscribe(slow.Version, 1, null, ("t/#", 0)));
        broker.Tick();
        publisher.Publish("live", "now");
        slow.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        List<Packet> packets = slow.Read();
        Assert.InRange(packets.FindIndex(packet => packet.Topic == "live"), 1, 250);
        Assert.Equal(1_002, packets.Count);
    }

    [Theory]
    [InlineData(0, true, true)]
    [InlineData(1, true, false)]
    [InlineData(2, false, false)]
    public void Retain_handling_decides_who_gets_them(int handling, bool first, bool second)
    {
        // [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11]
        using var broker = new TestBroker();
        Fill(broker, 1, "x");
        TestClient client = broker.Connect().Subscribe("#", handling << 4);
        Assert.Equal(first, client.Read().Count == 1);
        client.Subscribe("#", handling << 4);
        Assert.Equal(second, client.Read().Count == 1);
        broker.Connect().Subscribe("$share/g/#").ExpectNothing();
    }

    private static TestClient Fill(TestBroker broker, int count, string payload, int qos = 0)
    {
        TestClient publisher = broker.Connect();
        for (int i = 0; i < count; i++)
        {
            ushort id = publisher.Send($"t/{i}", payload, qos, retain: true);
            if (qos == 2)
            {
                publisher.Send(Packets.Pubrel(id));
            }
        }

        broker.Tick();
        publisher.Read();
        Assert.Equal(count, broker.State.Retained.Count);
        return publisher;
    }
}

// Topic Aliases in both directions, and packets larger than the client takes. [MQTT-3.1.2-24] to [MQTT-3.1.2-27]

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Delivering;

public sealed class TopicAliasTests
{
    [Fact]
    public void A_client_that_takes_aliases_gets_the_topic_once()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect(properties: Property.TopicAliasMaximum(5)).Subscribe("#");
        TestClient publisher = broker.Connect();
        publisher.Publish("some/long/topic", "1");
        publisher.Publish("some/long/topic", "2");
        List<Packet> packets = client.Read();
        uint? alias = packets[0].Integer(PropertyIdentifier.TopicAlias);
        Assert.InRange(alias!.Value, 1u, 5u);
        Assert.Equal(alias, packets[1].Integer(PropertyIdentifier.TopicAlias));
        Assert.Equal(["some/long/topic", ""], packets.Select(packet => packet.Topic));
        Assert.Equal(["1", "2"], packets.Select(packet => packet.Text));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Many_topics_through_few_aliases_are_all_understood(int maximum)
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect(properties: Property.TopicAliasMaximum((ushort)maximum)).Subscribe("#", 1);
        TestClient publisher = broker.Connect();
        Dictionary<uint, string> known = [];
        var random = new Random(5);
        for (int i = 0; i < 500; i++)
        {
            string topic = $"topic/{random.Next(7)}";
            publisher.Publish(topic, $"{topic} {i}", qos: i % 2);
            Packet packet = client.NextPublish();
            client.Acknowledge(packet);
            if (packet.Integer(PropertyIdentifier.TopicAlias) is not { } alias)
            {
                Assert.Equal(topic, packet.Topic); // [MQTT-3.1.2-27] without an alias the topic is there
                continue;
            }

            Assert.InRange(alias, 1u, (uint)maximum); // [MQTT-3.1.2-26]
            if (packet.Topic.Length > 0)
            {
                known[alias] = packet.Topic;
            }

            Assert.Equal(topic, known[alias]);
            Assert.Equal($"{topic} {i}", packet.Text);
        }
    }

    [Fact]
    public void Aliases_end_with_the_connection()
    {
        // [MQTT-3.3.2-7]
        using var broker = new TestBroker();
        byte[] properties = [.. Property.TopicAliasMaximum(5), .. Property.SessionExpiryInterval(60)];
        TestClient client = broker.Connect("c", clean: false, properties: properties).Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        publisher.Publish("t", "1", qos: 1);
        publisher.Publish("t", "2", qos: 1);
        client.Reset();
        List<Packet> again = broker.Connect("c", clean: false, properties: properties).Read();
        Assert.Equal(["t", ""], again.Select(packet => packet.Topic));
        Assert.Equal(["1", "2"], again.Select(packet => packet.Text));
    }

    [Fact]
    public void A_message_too_large_for_one_client_is_dropped_for_it_alone_and_counted()
    {
        // [MQTT-3.1.2-25]
        using var broker = new TestBroker();
        TestClient small = broker.Connect(properties: Property.MaximumPacketSize(100)).Subscribe("#", 1);
        TestClient large = broker.Connect().Subscribe("#", 1);
        TestClient publisher = broker.Connect();
        publisher.Publish("t", new string('x', 200), qos: 1);
        publisher.Publish("t", "fits", qos: 1);
        Assert.Equal(["fits"], small.ReadTexts());
        Assert.Equal(2, large.ReadTexts().Length);
        Assert.Equal(1, broker.Metrics.DroppedTooLarge);
        Assert.Equal(1, broker.FindSession(small.Identifier)!.Inflight!.Count);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void The_size_is_exact_to_the_byte(int qos, bool withAlias)
    {
        using var broker = new TestBroker();
        const int limit = 100;
        byte[] properties =
        [
            .. Property.MaximumPacketSize(limit), .. withAlias ? Property.TopicAliasMaximum(3) : [],
        ];
        TestClient client = broker.Connect(properties: properties).Subscribe("t", qos);
        TestClient publisher = broker.Connect();
        int overhead = Packets.Publish(ProtocolVersion.Mqtt5, "t", [], qos, 1).Length;
        publisher.Publish("t", new string('a', limit - overhead), qos);
        publisher.Publish("t", new string('b', limit - overhead + 1), qos);
        Packet packet = Assert.Single(client.Read());
        Assert.Equal(limit, packet.Size);
        Assert.Equal(1, broker.Metrics.DroppedTooLarge);
    }

    [Fact]
    public void A_dropped_message_sets_no_alias()
    {
        using var broker = new TestBroker();
        byte[] properties = [.. Property.MaximumPacketSize(100), .. Property.TopicAliasMaximum(3)];
        TestClient client = broker.Connect(properties: properties).Subscribe("t");
        TestClient publisher = broker.Connect();
        publisher.Publish("t", new string('b', 200));
        publisher.Publish("t", "x");
        Packet packet = Assert.Single(client.Read());
        Assert.Equal("t", packet.Topic);
    }

    [Fact]
    public void A_resent_message_too_large_for_the_new_connection_is_given_up_and_the_next_ones_come()
    {
        using var broker = new TestBroker();
        TestClient client = broker.ConnectPersistent("c").Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        publisher.Publish("t", new string('x', 200), qos: 1);
        publisher.Publish("t", "fits", qos: 1);
        client.Reset();
        publisher.Publish("t", new string('y', 200), qos: 1);
        publisher.Publish("t", "fits too", qos: 1);
        byte[] properties = [.. Property.MaximumPacketSize(100), .. Property.SessionExpiryInterval(60)];
        TestClient back = broker.Connect("c", clean: false, properties: properties);
        Assert.Equal(["fits", "fits too"], back.ReadTexts());
        Assert.Equal(2, broker.Metrics.DroppedTooLarge);
        Assert.Equal(2, broker.FindSession("c")!.Inflight!.Count);
    }

    [Fact]
    public void An_alias_of_a_client_stands_for_its_topic_until_it_is_set_anew()
    {
        // [MQTT-3.3.2-12]
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("#");
        TestClient publisher = broker.Connect();
        publisher.Publish("a", "1", properties: Property.TopicAlias(1));
        publisher.Publish("", "2", properties: Property.TopicAlias(1));
        publisher.Publish("b", "3", properties: Property.TopicAlias(1));
        publisher.Publish("", "4", properties: Property.TopicAlias(1));
        List<Packet> packets = watcher.Read();
        Assert.Equal(["a", "a", "b", "b"], packets.Select(packet => packet.Topic));
        Assert.All(packets, packet => Assert.Empty(packet.Properties));
        publisher.Send("", "unknown", properties: Property.TopicAlias(2));
        broker.Tick();
        Assert.Equal(ReasonCode.ProtocolError, publisher.Next(PacketType.Disconnect).Reason);
    }
}

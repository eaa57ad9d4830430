// Limits of packets and topics: each at the limit and one past it.

using System.Net;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.Bounds;

public sealed class PacketLimitTests
{
    [Fact]
    public void The_defaults_of_the_options_are_the_limits()
    {
        var options = new BrokerOptions();
        Assert.Equal(Limits.MaximumPacketSize, options.MaximumPacketSize);
        Assert.Equal(Limits.MaximumInflight, options.MaximumInflight);
        Assert.Equal(Limits.ReceiveMaximum, options.ReceiveMaximum);
        Assert.Equal(Limits.QueuedMessages, options.MaximumQueuedMessages);
        Assert.Equal(Limits.QueuedBytes, options.MaximumQueuedBytes);
        Assert.Equal(Limits.RetainedMessages, options.MaximumRetainedMessages);
        Assert.Equal(Limits.RetainedBytes, options.MaximumRetainedBytes);
        Assert.Equal(Limits.Sessions, options.MaximumSessions);
        Assert.Equal(Limits.SubscriptionsPerSession, options.MaximumSubscriptions);
        Assert.Equal(Limits.TopicAliasMaximum, options.TopicAliasMaximum);
        Assert.Equal(Limits.ConnectTimeout, options.ConnectTimeout.TotalMilliseconds);
    }

    [Fact]
    public void Options_past_their_bounds_are_refused()
    {
        AssertRefused(options => options.Dispatchers = Limits.DispatchersMax + 1);
        AssertRefused(options => options.Dispatchers = -1);
        AssertRefused(options => options.MaximumPacketSize = Limits.ProtocolPacketSizeMax + 1);
        AssertRefused(options => options.MaximumInflight = -1);
        AssertRefused(options => options.MaximumInflight = ushort.MaxValue + 1);
        AssertRefused(options => options.ReceiveMaximum = 0);
        AssertRefused(options => options.ReceiveMaximum = ushort.MaxValue + 1);
        AssertRefused(options => options.MaximumSessions = Limits.SessionsMax + 1);
    }

    [Fact]
    public async Task Options_at_their_bounds_are_accepted()
    {
        var options = new BrokerOptions
        {
            MaximumPacketSize = Limits.ProtocolPacketSizeMax,
            MaximumInflight = ushort.MaxValue,
            ReceiveMaximum = ushort.MaxValue,
            MaximumSessions = Limits.SessionsMax,
        };
        options.Listeners.Add(new ListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        await using MqttBroker broker = MqttBroker.Start(options, NullLoggerFactory.Instance);
        Assert.Single(broker.EndPoints);
    }

    [Fact]
    public void The_limits_a_client_has_to_keep_are_announced()
    {
        using var broker = new TestBroker();
        Packet connack = broker.Connect().Connack!;
        Assert.Equal((uint)Limits.MaximumPacketSize, connack.Integer(PropertyIdentifier.MaximumPacketSize));
        Assert.Equal((uint)Limits.ReceiveMaximum, connack.Integer(PropertyIdentifier.ReceiveMaximum));
        Assert.Equal((uint)Limits.TopicAliasMaximum, connack.Integer(PropertyIdentifier.TopicAliasMaximum));
    }

    [Fact]
    public void A_packet_of_maximum_packet_size_is_taken()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("t");
        TestClient client = broker.Connect();
        byte[] packet = PublishOf(Limits.MaximumPacketSize);
        client.Send(packet);
        broker.Tick();
        Assert.Equal(packet.Length, Assert.Single(watcher.Read()).Size);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_packet_one_past_it_is_refused_as_soon_as_its_length_is_known()
    {
        // [MQTT-3.2.2-15]
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        client.Send(PublishOf(Limits.MaximumPacketSize + 1).AsSpan(0, 4));
        broker.Tick();
        Assert.Equal(ReasonCode.PacketTooLarge, client.Next(PacketType.Disconnect).Reason);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void An_announced_length_takes_no_memory()
    {
        const int largest = Limits.ProtocolPacketSizeMax;
        using var broker = new TestBroker(configure: options => options.MaximumPacketSize = largest);
        TestClient client = broker.Connect();
        client.Send([0x30, 0xFF, 0xFF, 0xFF, 0x7F, 0, 1, (byte)'t']);
        broker.Tick();
        Assert.False(client.Socket.IsEndedByBroker);
        Assert.InRange(broker.RentedBytes, 1, 512);
        client.Send(new byte[100_000]);
        broker.Tick();
        Assert.InRange(broker.RentedBytes, 100_000, 300_000);
        client.Reset();
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_topic_name_of_topic_levels_max_is_taken_and_one_level_more_is_not()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("#");
        TestClient client = broker.Connect();
        client.Publish(TopicOf(Limits.TopicLevelsMax), "x");
        Assert.Equal(["x"], watcher.ReadTexts());
        client.Send(TopicOf(Limits.TopicLevelsMax + 1), "x");
        broker.Tick();
        Assert.Equal(ReasonCode.TopicNameInvalid, client.Next(PacketType.Disconnect).Reason);
        watcher.ExpectNothing();
    }

    [Fact]
    public void A_will_topic_keeps_to_the_same_limit()
    {
        using var broker = new TestBroker();
        broker.Connect(will: new Will(TopicOf(Limits.TopicLevelsMax), "x"));
        TestClient client = broker.Open();
        var will = new Will(TopicOf(Limits.TopicLevelsMax + 1), "x", Retain: true);
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, "deep", will: will));
        broker.Tick();
        Assert.Equal(ReasonCode.TopicNameInvalid, client.Next(PacketType.Connack).Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$share/g/")]
    public void A_topic_filter_of_topic_levels_max_is_granted_and_one_level_more_is_not(string prefix)
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        Assert.Equal(0, client.TrySubscribe(prefix + TopicOf(Limits.TopicLevelsMax)));
        Assert.Equal(
            (byte)ReasonCode.TopicFilterInvalid, client.TrySubscribe(prefix + TopicOf(Limits.TopicLevelsMax + 1)));
    }

    [Fact]
    public void The_last_topic_alias_is_taken_and_one_past_it_is_not()
    {
        // [MQTT-3.3.2-9]
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        client.Publish("t", "x", qos: 1, properties: Property.TopicAlias(Limits.TopicAliasMaximum));
        client.Send("t", "x", properties: Property.TopicAlias(Limits.TopicAliasMaximum + 1));
        broker.Tick();
        Assert.Equal(ReasonCode.TopicAliasInvalid, client.Next(PacketType.Disconnect).Reason);
    }

    [Fact]
    public void The_broker_never_uses_more_than_its_own_number_of_aliases()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect(properties: Property.TopicAliasMaximum(ushort.MaxValue)).Subscribe("#");
        TestClient publisher = broker.Connect();
        HashSet<uint> used = [];
        for (int i = 0; i < 1_000; i++)
        {
            publisher.Publish($"t/{i}", "x");
            if (client.NextPublish().Integer(PropertyIdentifier.TopicAlias) is { } alias)
            {
                used.Add(alias);
            }
        }

        Assert.Equal(Limits.OutgoingTopicAliases, used.Count);
        Assert.Equal((uint)Limits.OutgoingTopicAliases, used.Max());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_topic_past_the_alias_length_is_sent_in_full(int past, bool hasAlias)
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect(properties: Property.TopicAliasMaximum(5)).Subscribe("#");
        string topic = new('t', Limits.OutgoingAliasTopicBytes + past);
        TestClient publisher = broker.Connect();
        publisher.Publish(topic, "1");
        publisher.Publish(topic, "2");
        List<Packet> packets = client.Read();
        Assert.All(
            packets, packet => Assert.Equal(hasAlias, packet.Integer(PropertyIdentifier.TopicAlias) is not null));
        Assert.Equal(hasAlias ? "" : topic, packets[1].Topic);
    }

    private static void AssertRefused(Action<BrokerOptions> configure)
    {
        var options = new BrokerOptions();
        configure(options);
        Assert.Throws<ArgumentOutOfRangeException>(() => MqttBroker.Start(options, NullLoggerFactory.Instance));
    }

    private static byte[] PublishOf(int size)
    {
        int overhead = Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[size - 100]).Length - (size - 100);
        byte[] packet = Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[size - overhead]);
        Assert.Equal(size, packet.Length);
        return packet;
    }

    private static string TopicOf(int levels) => string.Join('/', Enumerable.Repeat("l", levels));
}

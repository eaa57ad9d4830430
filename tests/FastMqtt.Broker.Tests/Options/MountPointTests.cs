// A listener with a mount point: its clients live in a part of the tree and see it as the whole.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Options;

public sealed class MountPointTests
{
    // Clients of dispatcher 0 come in by a plain listener, those of dispatcher 1 behind the mount point.
    private const int Plain = 0;
    private const int Mounted = 1;

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void What_a_client_publishes_lies_below_the_mount_point(ProtocolVersion version)
    {
        using TestBroker broker = Broker();
        TestClient outside = Connect(broker, Plain, version).Subscribe("#", 2);
        TestClient inside = Connect(broker, Mounted, version);
        for (int qos = 0; qos < 3; qos++)
        {
            inside.Publish("t", $"{qos}", qos);
        }

        inside.Send("t", "burst");
        inside.Send("t", "burst");
        broker.Tick();
        List<Packet> received = outside.Read();
        Assert.Equal(["0", "1", "2", "burst", "burst"], received.Select(packet => packet.Text));
        Assert.All(received, packet => Assert.Equal("home/t", packet.Topic));
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void What_a_client_receives_does_not_show_the_mount_point(ProtocolVersion version)
    {
        using TestBroker broker = Broker();
        TestClient inside = Connect(broker, Mounted, version).Subscribe("+", 2);
        TestClient outside = Connect(broker, Plain, version);
        outside.Publish("t", "no");
        outside.Publish("home", "no");
        outside.Publish("homes/t", "no");
        for (int qos = 0; qos < 3; qos++)
        {
            outside.Publish("home/t", $"{qos}", qos);
        }

        for (int i = 0; i < 3; i++)
        {
            outside.Send("home/t", "burst", i > 0 ? 1 : 0);
            outside.Send("home/t", "burst", i > 0 ? 1 : 0);
        }

        broker.Tick();
        outside.Read();
        outside.Publish("home/large", new string('x', Limits.ReferencePayloadBytes * 2), 1);
        broker.Tick();
        List<Packet> received = inside.Read();
        Assert.Equal(10, received.Count);
        Assert.All(received[..9], packet => Assert.Equal("t", packet.Topic));
        Assert.Equal("large", received[9].Topic);
    }

    [Fact]
    public void Two_clients_of_it_meet_and_know_nothing_of_it()
    {
        using TestBroker broker = Broker();
        TestClient subscriber = Connect(broker, Mounted).Subscribe("#", 1);
        TestClient publisher = Connect(broker, Mounted);
        publisher.Publish("a/b", "x", 1);
        Packet received = subscriber.NextPublish();
        Assert.Equal(("a/b", "x"), (received.Topic, received.Text));
        subscriber.Unsubscribe("#");
        publisher.Publish("a/b", "y", 1);
        subscriber.ExpectNothing();
    }

    [Fact]
    public void A_topic_that_is_the_mount_point_itself_cannot_be_shown()
    {
        using TestBroker broker = Broker("home");
        TestClient inside = Connect(broker, Mounted).Subscribe("/#", 1);
        TestClient outside = Connect(broker, Plain);
        outside.Publish("home", "no name", 1); // home/# matches its parent
        inside.ExpectNothing();
        outside.Publish("home/t", "x", 1);
        Assert.Equal("/t", inside.NextPublish().Topic);
        Assert.Equal(1, broker.FindSession(inside.Identifier)!.Inflight!.Count);
    }

    [Fact]
    public void Retained_messages_and_aliases_are_of_the_topic_that_is_seen()
    {
        using TestBroker broker = Broker();
        Connect(broker, Plain).Publish("home/t", "kept", retain: true);
        TestClient inside = Connect(broker, Mounted, aliases: 10);
        inside.Subscribe("t", 1);
        broker.Tick();
        Packet kept = inside.NextPublish();
        Assert.Equal(("t", "kept", true), (kept.Topic, kept.Text, kept.Retain));

        inside.Publish("t", "", retain: true, properties: Property.TopicAlias(3));
        inside.NextPublish();
        inside.Publish("", "through an alias", properties: Property.TopicAlias(3));
        Packet aliased = inside.NextPublish();
        Assert.True(aliased.Topic is "t" or "");
        Assert.Equal("through an alias", aliased.Text);
        Assert.Equal(0, broker.State.Retained.Count);
    }

    [Fact]
    public void A_will_lies_below_the_mount_point()
    {
        using TestBroker broker = Broker();
        TestClient outside = Connect(broker, Plain).Subscribe("home/#");
        TestClient inside = Connect(broker, Mounted, will: new Will("gone", "x"));
        inside.Reset();
        Assert.Equal("home/gone", outside.NextPublish().Topic);
    }

    [Fact]
    public void Shared_subscriptions_are_shared_below_it()
    {
        using TestBroker broker = Broker();
        TestClient one = Connect(broker, Mounted).Subscribe("$share/g/t", 1);
        TestClient two = Connect(broker, Mounted).Subscribe("$share/g/t", 1);
        TestClient outside = Connect(broker, Plain);
        for (int i = 0; i < 10; i++)
        {
            outside.Publish("home/t", "x", 1);
        }

        List<Packet> received = [.. one.Read(), .. two.Read()];
        Assert.Equal(10, received.Count);
        Assert.All(received, packet => Assert.Equal("t", packet.Topic));
        one.Unsubscribe("$share/g/t");
        two.Unsubscribe("$share/g/t");
        outside.Publish("home/t", "x", 1);
        one.ExpectNothing();
        two.ExpectNothing();
    }

    [Fact]
    public void The_brokers_own_topics_are_not_below_it()
    {
        using TestBroker broker = Broker(
            configure: static options => options.SystemTopicsInterval = TimeSpan.FromSeconds(1));
        TestClient inside = Connect(broker, Mounted).Subscribe("$SYS/#");
        TestClient outside = Connect(broker, Plain).Subscribe("$SYS/#");
        broker.AdvanceSeconds(2);
        Assert.Empty(inside.Read());
        Assert.NotEmpty(outside.Read());
    }

    [Fact]
    public void A_topic_that_is_too_long_together_is_refused()
    {
        using TestBroker broker = Broker();
        TestClient inside = Connect(broker, Mounted);
        inside.Publish(new string('t', ushort.MaxValue - 5), "fits");
        Assert.Equal((byte)ReasonCode.TopicFilterInvalid, inside.TrySubscribe(new string('t', ushort.MaxValue - 4)));
        inside.Send(new string('t', ushort.MaxValue - 4), "does not");
        broker.Tick();
        Assert.Equal(ReasonCode.TopicNameInvalid, inside.Next(PacketType.Disconnect).Reason);
    }

    private static TestBroker Broker(string mountPoint = "home/", Action<BrokerOptions>? configure = null) =>
        new(2, configure, lastListenerOptions: new() { AllowAnonymous = true, MountPoint = mountPoint });

    private static TestClient Connect(
        TestBroker broker,
        int at,
        ProtocolVersion version = ProtocolVersion.Mqtt5,
        ushort aliases = 0,
        Will? will = null) => broker.Connect(
            broker.IdentifierOn(at),
            version,
            properties: aliases == 0 ? null : Property.TopicAliasMaximum(aliases),
            will: will,
            at: at);
}

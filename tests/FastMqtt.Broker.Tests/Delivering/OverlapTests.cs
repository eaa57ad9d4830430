// Several subscriptions of one client match one message: one copy. [MQTT-3.3.4-2] [MQTT3-3.3.5-1]

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Delivering;

public sealed class OverlapTests
{
    private const int NoLocal = 4;
    private const int RetainAsPublished = 8;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void One_copy_with_the_highest_qos_and_every_identifier(int dispatchers)
    {
        // [MQTT-3.3.4-3] [MQTT-3.3.4-4]
        using var broker = new TestBroker(dispatchers);
        TestClient client = broker.Connect(at: dispatchers - 1)
            .Subscribe("a/b", 0, Property.SubscriptionIdentifier(1))
            .Subscribe("a/+", 2, Property.SubscriptionIdentifier(200))
            .Subscribe("#", 1, Property.SubscriptionIdentifier(268_435_455))
            .Subscribe("a/#", 0)
            .Subscribe("other", 2, Property.SubscriptionIdentifier(9));
        broker.Connect().Publish("a/b", "x", qos: 2);
        Packet packet = Assert.Single(client.Read());
        Assert.Equal(2, packet.QoS);
        Assert.Equal([1u, 200u, 268_435_455u], packet.SubscriptionIdentifiers);
    }

    [Fact]
    public void A_redelivery_has_the_same_identifiers()
    {
        using var broker = new TestBroker();
        TestClient client = broker.ConnectPersistent("c")
            .Subscribe("a/b", 1, Property.SubscriptionIdentifier(1))
            .Subscribe("a/+", 1, Property.SubscriptionIdentifier(2));
        broker.Connect().Publish("a/b", "x", qos: 1);
        client.Reset();
        Packet packet = Assert.Single(broker.ConnectPersistent("c").Read());
        Assert.Equal([1u, 2u], packet.SubscriptionIdentifiers);
        Assert.True(packet.Duplicate);
    }

    [Fact]
    public void Different_clients_with_different_overlaps_get_their_own()
    {
        using var broker = new TestBroker();
        TestClient one = broker.Connect().Subscribe("a", 0, Property.SubscriptionIdentifier(1));
        TestClient two = broker.Connect().Subscribe("a", 0, Property.SubscriptionIdentifier(1))
            .Subscribe("+", 0, Property.SubscriptionIdentifier(2));
        TestClient none = broker.Connect().Subscribe("#").Subscribe("+");
        TestClient old = broker.Connect(version: ProtocolVersion.Mqtt311).Subscribe("#").Subscribe("a");
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 3; i++)
        {
            publisher.Publish("a", "x");
            Assert.Equal([1u], Assert.Single(one.Read()).SubscriptionIdentifiers);
            Assert.Equal([1u, 2u], Assert.Single(two.Read()).SubscriptionIdentifiers);
            Assert.Empty(Assert.Single(none.Read()).SubscriptionIdentifiers);
            Assert.Single(old.ReadTexts());
        }
    }

    [Fact]
    public void No_local_keeps_a_client_from_its_own_messages_of_that_subscription_only()
    {
        // [MQTT-3.8.3-3]
        using var broker = new TestBroker();
        TestClient client = broker.Connect().Subscribe("a", NoLocal, Property.SubscriptionIdentifier(1));
        client.Publish("a", "own");
        client.ExpectNothing();
        client.Subscribe("+", 0, Property.SubscriptionIdentifier(2));
        client.Publish("a", "own");
        Assert.Equal([2u], Assert.Single(client.Read()).SubscriptionIdentifiers);
        broker.Connect().Publish("a", "other");
        Assert.Equal([1u, 2u], Assert.Single(client.Read()).SubscriptionIdentifiers);
    }

    [Fact]
    public void Retain_as_published_of_any_of_them_keeps_the_flag()
    {
        // [MQTT-3.3.1-12] [MQTT-3.3.1-13]
        using var broker = new TestBroker();
        TestClient plain = broker.Connect().Subscribe("a").Subscribe("+");
        TestClient kept = broker.Connect().Subscribe("a").Subscribe("+", RetainAsPublished);
        TestClient publisher = broker.Connect();
        publisher.Publish("a", "x", retain: true);
        Assert.False(Assert.Single(plain.Read()).Retain);
        Assert.True(Assert.Single(kept.Read()).Retain);
        publisher.Publish("a", "x");
        Assert.False(Assert.Single(kept.Read()).Retain);
    }

    [Fact]
    public void A_replaced_subscription_counts_once_with_its_new_options()
    {
        // [MQTT-3.8.4-3]
        using var broker = new TestBroker();
        TestClient client = broker.Connect().Subscribe("a", 0, Property.SubscriptionIdentifier(1))
            .Subscribe("a", 1, Property.SubscriptionIdentifier(2));
        broker.Connect().Publish("a", "x", qos: 2);
        Packet packet = Assert.Single(client.Read());
        Assert.Equal(1, packet.QoS);
        Assert.Equal([2u], packet.SubscriptionIdentifiers);
        Assert.Equal(1, broker.State.Subscriptions.SubscriptionCount);
    }
}

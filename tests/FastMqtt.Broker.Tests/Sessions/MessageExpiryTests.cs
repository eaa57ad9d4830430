// Message Expiry Interval: counted down while a message waits, and a message that waited too long is not sent.
// [MQTT-3.3.2-5] [MQTT-3.3.2-6]

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Sessions;

public sealed class MessageExpiryTests
{
    [Fact]
    public void A_message_that_does_not_wait_carries_the_interval_it_came_with()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect().Subscribe("t", 1);
        broker.Connect().Publish("t", "x", qos: 1, properties: Property.MessageExpiryInterval(10));
        Assert.Equal(10u, subscriber.NextPublish().Integer(PropertyIdentifier.MessageExpiryInterval));
    }

    [Fact]
    public void The_time_in_the_queue_of_an_offline_session_is_taken_off()
    {
        using var broker = new TestBroker();
        broker.ConnectPersistent("c").Subscribe("t", 1).Reset();
        broker.Connect().Publish("t", "x", qos: 1, properties: Property.MessageExpiryInterval(10));
        broker.Advance(4_000);
        Packet packet = broker.ConnectPersistent("c").NextPublish();
        Assert.Equal(6u, packet.Integer(PropertyIdentifier.MessageExpiryInterval));
    }

    [Fact]
    public void The_time_in_the_queue_behind_a_full_window_is_taken_off()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient subscriber = broker.ConnectPersistent("c", receiveMaximum: 1).Subscribe("t", 1);
        publisher.Publish("t", "1", qos: 1, properties: Property.MessageExpiryInterval(10));
        publisher.Publish("t", "2", qos: 1, properties: Property.MessageExpiryInterval(10));
        publisher.Publish("t", "3", qos: 1, properties: Property.MessageExpiryInterval(2));
        publisher.Publish("t", "4", qos: 1);
        broker.Advance(3_000);
        subscriber.Acknowledge(subscriber.NextPublish());
        Packet second = subscriber.NextPublish();
        Assert.Equal(("2", 7u), (second.Text, second.Integer(PropertyIdentifier.MessageExpiryInterval)));
        subscriber.Acknowledge(second);
        Assert.Equal("4", subscriber.NextPublish().Text);
        Assert.Equal(1, broker.Metrics.DroppedExpired);
    }

    [Fact]
    public void A_message_that_waited_too_long_is_dropped_and_counted()
    {
        using var broker = new TestBroker();
        broker.ConnectPersistent("c").Subscribe("t", 1).Reset();
        TestClient publisher = broker.Connect();
        publisher.Publish("t", "late", qos: 1, properties: Property.MessageExpiryInterval(10));
        publisher.Publish("t", "good", qos: 1, properties: Property.MessageExpiryInterval(11));
        broker.Advance(10_000);
        TestClient back = broker.ConnectPersistent("c");
        Assert.Equal(["good"], back.ReadTexts());
        Assert.Equal(1, broker.Metrics.DroppedExpired);
    }

    [Fact]
    public void A_retained_message_is_counted_down_too_and_then_gone()
    {
        using var broker = new TestBroker();
        broker.Connect().Publish("t", "x", retain: true, properties: Property.MessageExpiryInterval(30));
        broker.Advance(20_000);
        Packet packet = Assert.Single(broker.Connect().Subscribe("t").Read());
        Assert.Equal(10u, packet.Integer(PropertyIdentifier.MessageExpiryInterval));
        broker.Advance(10_000);
        broker.Connect().Subscribe("t").ExpectNothing();
        broker.AdvanceSeconds(11);
        Assert.Equal(0, broker.State.Retained.Count);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_3_1_1_subscriber_gets_it_without_the_property_and_in_time_only()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.ConnectPersistent("c", ProtocolVersion.Mqtt311).Subscribe("t", 1);
        TestClient publisher = broker.Connect();
        publisher.Publish("t", "now", qos: 1, properties: Property.MessageExpiryInterval(10));
        Packet packet = subscriber.NextPublish();
        Assert.Equal("now", packet.Text);
        subscriber.Acknowledge(packet);
        subscriber.Reset();
        publisher.Publish("t", "late", qos: 1, properties: Property.MessageExpiryInterval(10));
        broker.Advance(10_000);
        broker.ConnectPersistent("c", ProtocolVersion.Mqtt311).ExpectNothing();
    }

    [Fact]
    public void A_full_queue_makes_room_by_what_has_expired()
    {
        using var broker = new TestBroker(configure: options => options.MaximumQueuedMessages = 2);
        broker.ConnectPersistent("c").Subscribe("t", 1).Reset();
        TestClient publisher = broker.Connect();
        publisher.Publish("t", "1", qos: 1, properties: Property.MessageExpiryInterval(1));
        publisher.Publish("t", "2", qos: 1);
        publisher.Publish("t", "dropped", qos: 1);
        broker.Advance(1_000);
        publisher.Publish("t", "3", qos: 1);
        Assert.Equal(1, broker.Metrics.DroppedQueueFull);
        Assert.Equal(1, broker.Metrics.DroppedExpired);
        Assert.Equal(["2", "3"], broker.ConnectPersistent("c").ReadTexts());
    }
}

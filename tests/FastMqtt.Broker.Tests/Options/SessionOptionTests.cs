// The operator's options about sessions: what waits in them and for how long.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Options;

public sealed class SessionOptionTests
{
    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void QoS_0_messages_wait_for_a_client_that_is_away(ProtocolVersion version)
    {
        using var broker = new TestBroker(configure: options => options.QueueQoS0Messages = true);
        broker.ConnectPersistent("sub", version).Subscribe("t", 1).Reset();
        TestClient publisher = broker.Connect("pub", version);
        publisher.Send("t", "1");
        publisher.Send("t", "2"); // a burst with the first
        publisher.Send("t", "3", qos: 1);
        publisher.Send("t", "4");
        broker.Tick();
        TestClient subscriber = broker.ConnectPersistent("sub", version);
        List<Packet> received = subscriber.Read();
        Assert.Equal(["1", "2", "3", "4"], received.Select(packet => packet.Text));
        Assert.Equal([0, 0, 1, 0], received.Select(packet => packet.QoS));
        Assert.All(received.Where(packet => packet.QoS == 0), packet => Assert.Equal(0, packet.Id));
    }

    [Fact]
    public void QoS_0_messages_do_not_overtake_those_that_waited()
    {
        using var broker = new TestBroker(configure: options =>
        {
            options.QueueQoS0Messages = true;
            options.MaximumInflight = 1;
        });
        broker.ConnectPersistent("sub").Subscribe("t", 1).Reset();
        TestClient publisher = broker.Connect("pub");
        publisher.Publish("t", "1", qos: 1);
        publisher.Publish("t", "2", qos: 1);
        publisher.Publish("t", "3");
        TestClient subscriber = broker.ConnectPersistent("sub");
        Packet first = subscriber.NextPublish();
        publisher.Publish("t", "4");
        subscriber.ExpectNothing();
        subscriber.Acknowledge(first);
        Packet second = subscriber.NextPublish();
        subscriber.Acknowledge(second);
        Assert.Equal(["3", "4"], subscriber.ReadTexts());
        publisher.Publish("t", "5");
        Assert.Equal(["5"], subscriber.ReadTexts());
    }

    [Fact]
    public void QoS_0_messages_that_wait_count_in_the_queue()
    {
        using var broker = new TestBroker(configure: options =>
        {
            options.QueueQoS0Messages = true;
            options.MaximumQueuedMessages = 2;
        });
        broker.ConnectPersistent("sub").Subscribe("t", 1).Reset();
        TestClient publisher = broker.Connect("pub");
        publisher.Publish("t", "1");
        publisher.Publish("t", "2", qos: 1);
        publisher.Publish("t", "3");
        Assert.Equal(1, broker.Metrics.DroppedQueueFull);
        Assert.Equal(["1", "2"], broker.ConnectPersistent("sub").ReadTexts());
    }

    [Fact]
    public void QoS_0_messages_are_gone_by_default()
    {
        using var broker = new TestBroker();
        broker.ConnectPersistent("sub").Subscribe("t", 1).Reset();
        broker.Connect("pub").Publish("t", "1");
        broker.ConnectPersistent("sub").ExpectNothing();
    }

    [Fact]
    public void A_queue_without_a_maximum_takes_more_than_the_default()
    {
        using var broker = new TestBroker(configure: options =>
        {
            options.MaximumQueuedMessages = 0;
            options.MaximumQueuedBytes = 0;
        });
        broker.ConnectPersistent("sub").Subscribe("t", 1).Reset();
        TestClient publisher = broker.Connect("pub");
        for (int i = 0; i <= Limits.QueuedMessages; i++)
        {
            publisher.Send("t", "", qos: 1, id: 1);
            if (i % 1_000 == 0)
            {
                broker.Tick();
                publisher.Read();
            }
        }

        broker.Tick();
        Assert.Equal(Limits.QueuedMessages + 1, broker.FindSession("sub")!.Queue!.Count);
        Assert.Equal(0, broker.Metrics.DroppedQueueFull);
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void A_session_waits_no_longer_than_the_operator_says(ProtocolVersion version)
    {
        using var broker = new TestBroker(
            configure: options => options.PersistentClientExpiration = TimeSpan.FromSeconds(100));
        TestClient client = broker.ConnectPersistent("sub", version);
        Assert.Equal(
            version == ProtocolVersion.Mqtt5 ? 100 : null,
            client.Connack!.Integer(PropertyIdentifier.SessionExpiryInterval));
        client.Reset();
        broker.AdvanceSeconds(99);
        Assert.NotNull(broker.FindSession("sub"));
        broker.AdvanceSeconds(2);
        Assert.Null(broker.FindSession("sub"));
    }

    [Fact]
    public void A_session_that_asked_for_less_gets_less()
    {
        using var broker = new TestBroker(
            configure: options => options.PersistentClientExpiration = TimeSpan.FromDays(400_000));
        TestClient client = broker.Connect("sub", clean: false, properties: Property.SessionExpiryInterval(5));
        Assert.Null(client.Connack!.Integer(PropertyIdentifier.SessionExpiryInterval));
        client.Reset();
        broker.AdvanceSeconds(6);
        Assert.Null(broker.FindSession("sub"));
    }

    [Fact]
    public void Expired_retained_messages_are_taken_out_as_often_as_the_operator_says()
    {
        using var broker = new TestBroker(configure: options => options.RetainExpiry = TimeSpan.FromMinutes(2));
        broker.Connect("pub").Publish("t", "x", retain: true, properties: Property.MessageExpiryInterval(1));
        broker.AdvanceSeconds(60);
        Assert.Equal(1, broker.State.Retained.Count);
        broker.AdvanceSeconds(150);
        Assert.Equal(0, broker.State.Retained.Count);
    }
}

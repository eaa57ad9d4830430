// Messages between dispatchers: order per publisher and topic, one reference per dispatcher, memory that migrates home.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class CrossDispatcherTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_order_of_a_publisher_is_kept_at_every_dispatcher(int dispatchers)
    {
        // [MQTT-4.6.0-5]
        using var broker = new TestBroker(dispatchers);
        TestClient[] subscribers =
        [
            .. Enumerable.Range(0, dispatchers * 2).Select(i => broker
                .Connect(
                    at: i % dispatchers, version: i < dispatchers ? ProtocolVersion.Mqtt5 : ProtocolVersion.Mqtt311)
                .Subscribe("t/#", 1)),
        ];
        TestClient[] publishers = [.. Enumerable.Range(0, dispatchers).Select(i => broker.Connect(at: i))];
        for (int i = 0; i < 200; i++)
        {
            foreach ((int p, TestClient publisher) in publishers.Index())
            {
                publisher.Send($"t/{p}", $"{i}", qos: 1);
            }

            if (i % 7 == 0)
            {
                broker.TickOnce();
            }
        }

        broker.Tick();
        foreach (TestClient subscriber in subscribers)
        {
            List<Packet> packets = subscriber.Read();
            Assert.Equal(200 * dispatchers, packets.Count);
            for (int p = 0; p < dispatchers; p++)
            {
                Assert.Equal(
                    Enumerable.Range(0, 200).Select(i => $"{i}"),
                    packets.Where(packet => packet.Topic == $"t/{p}").Select(packet => packet.Text));
            }
        }

        foreach (TestClient subscriber in subscribers)
        {
            subscriber.Disconnect();
        }

        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void Properties_flags_and_large_payloads_survive_the_way()
    {
        using var broker = new TestBroker(2);
        TestClient subscriber = broker.Connect(at: 1).Subscribe("t", 2 | 8);
        string payload = new('x', 300_000);
        byte[] properties =
        [
            .. Property.UserProperty("a", "b"), .. Property.MessageExpiryInterval(50), .. Property.TopicAlias(1),
        ];
        broker.Connect().Publish("t", payload, qos: 2, retain: true, properties: properties);
        Packet packet = subscriber.NextPublish();
        Assert.Equal((payload, 2, true), (packet.Text, packet.QoS, packet.Retain));
        Assert.Equal(
            [PropertyIdentifier.MessageExpiryInterval, PropertyIdentifier.UserProperty],
            packet.Properties.Select(property => property.Id).Order());
    }

    [Fact]
    public void No_local_holds_for_a_session_of_another_dispatcher_too()
    {
        using var broker = new TestBroker(2);
        TestClient client = broker.Connect(broker.IdentifierOn(1)).Subscribe("t", 4);
        TestClient other = broker.Connect(broker.IdentifierOn(0)).Subscribe("t", 4);
        client.Publish("t", "x");
        client.ExpectNothing();
        Assert.Equal(["x"], other.ReadTexts());
    }

    [Fact]
    public void A_sleeping_dispatcher_is_woken_once_for_a_batch()
    {
        using var broker = new TestBroker(2);
        broker.Connect(broker.IdentifierOn(1), at: 1).Subscribe("t");
        TestClient publisher = broker.Connect(broker.IdentifierOn(0));
        Assert.NotEqual(0, broker.Pollers[1].LastTimeoutMilliseconds);
        for (int i = 0; i < 50; i++)
        {
            publisher.Send("t", "x");
        }

        broker.Dispatchers[0].Tick();
        Assert.InRange(broker.Pollers[1].WakeCount, 0, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Exactly_once_through_a_hand_over_of_the_publisher(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        TestClient watcher = broker.Connect(at: dispatchers - 1).Subscribe("t", 2);
        broker.ConnectPersistent("p").Send("t", "once", qos: 2, id: 7);
        broker.Tick();
        TestClient again = broker.ConnectPersistent("p", at: dispatchers - 1);
        again.Send(Packets.Publish(ProtocolVersion.Mqtt5, "t", "once"u8, 2, 7, duplicate: true));
        broker.Tick();
        Assert.Equal(["once"], watcher.ReadTexts());
    }

    [Fact]
    public void Reading_waits_while_another_dispatcher_is_far_behind_and_goes_on_after()
    {
        // Limits.InboxBytes
        using var broker = new TestBroker(2);
        TestClient subscriber = broker.Connect(broker.IdentifierOn(1), at: 1).Subscribe("t", 1);
        TestClient publisher = broker.Connect(broker.IdentifierOn(0));
        byte[] publish = Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[1 << 20], 1, 1);
        int messages = (int)(Limits.InboxBytes / (1 << 20)) + 8;
        for (int i = 0; i < messages; i++)
        {
            publisher.Send(publish);
        }

        for (int i = 0; i < 1_000; i++)
        {
            broker.Dispatchers[0].Tick();
        }

        Assert.True(broker.Dispatchers[0].Reader.HoldsBack);
        Assert.Equal(1, broker.Pollers[0].LastTimeoutMilliseconds);
        Assert.InRange(broker.RentedBytes, Limits.InboxBytes, Limits.InboxBytes * 2);
        Assert.InRange(publisher.Socket.UnreceivedBytes, 4 << 20, 9 << 20);
        Assert.InRange(publisher.Read().Count, messages - 9, messages - 4);
        int got = 0;
        for (; got < messages && !subscriber.IsClosed; got++)
        {
            broker.Tick();
            subscriber.Acknowledge(subscriber.NextPublish());
        }

        Assert.Equal(messages, got);
        Assert.Equal(0, broker.RentedBytes);
    }
}

// Section 4.6, message ordering, for one publisher, one topic and one QoS at a time.

namespace FastMqtt.Conformance.Tests;

public sealed class C4_6_Ordering
{
    private const int Count = 500;

    // [MQTT-4.6.0-5] [MQTT-4.6.0-6] [MQTT3-4.6.0-5] [MQTT3-4.6.0-6]
    [Theory]
    [InlineData(3, 1), InlineData(4, 0), InlineData(4, 1), InlineData(4, 2)]
    [InlineData(5, 0), InlineData(5, 1), InlineData(5, 2)]
    public async Task messages_arrive_in_the_order_they_were_sent(int version, int qos)
    {
        string topic = Unique.Name("order/");
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe(topic, qos);
        await using RawClient publisher = await Connect(version);
        Task sending = Send(publisher, topic, qos);
        for (int i = 1; i <= Count; i++)
        {
            await subscriber.Take(topic, $"{i}", qos);
        }

        await sending;
    }

    // [MQTT-4.6.0-5] Two subscribers, two publishers: each publisher's order holds at each subscriber.
    [Theory, InlineData(4), InlineData(5)]
    public async Task order_holds_for_each_publisher(int version)
    {
        string topic = Unique.Name("order/");
        await using RawClient first = await Connect(version);
        await using RawClient second = await Connect(version);
        await using RawClient left = await Connect(version);
        await using RawClient right = await Connect(version);
        await first.Subscribe(topic);
        await second.Subscribe(topic);
        for (int i = 0; i < 100; i++)
        {
            await left.Send(Packets.Publish(version, topic, $"L{i:d3}"));
            await right.Send(Packets.Publish(version, topic, $"R{i:d3}"));
        }

        foreach (RawClient subscriber in new[] { first, second })
        {
            var last = new Dictionary<char, string> { ['L'] = "", ['R'] = "" };
            for (int i = 0; i < 200; i++)
            {
                string payload = (await subscriber.ReadPublish()).Payload;
                Assert.True(string.CompareOrdinal(payload, last[payload[0]]) > 0, payload);
                last[payload[0]] = payload;
            }
        }
    }

    // [MQTT-4.6.0-6] The queue of an absent client keeps the order too, beyond one window of acknowledgements.
    [Theory, InlineData(4), InlineData(5)]
    public async Task order_holds_through_the_offline_queue(int version)
    {
        string topic = Unique.Name("order/");
        await using RawClient client = await Connect(version, keep: true);
        await client.Subscribe(topic, 1);
        await client.Leave();
        await using RawClient publisher = await Connect(version);
        for (int i = 0; i < 200; i++)
        {
            await publisher.Publish(topic, $"{i}", 1);
        }

        await using RawClient resumed = await client.Resume();
        for (int i = 0; i < 200; i++)
        {
            await resumed.Take(topic, $"{i}", 1);
        }

        await resumed.ExpectNothing();
    }

    // Publishes with a window of ten unacknowledged messages, which every server allows.
    private static async Task Send(RawClient publisher, string topic, int qos)
    {
        for (int i = 1; i <= Count; i++)
        {
            await publisher.Send(Packets.Publish(publisher.Version, topic, $"{i}", qos, i));
            if (qos > 0 && i > 10)
            {
                await Finish(publisher, qos, i - 10);
            }
        }

        for (int i = Count - 9; qos > 0 && i <= Count; i++)
        {
            await Finish(publisher, qos, i);
        }
    }

    private static async Task Finish(RawClient publisher, int qos, int id)
    {
        await publisher.ReadAmid(qos == 1 ? 4 : 5, id);
        if (qos == 2)
        {
            await publisher.Send(Packets.Pubrel(id));
        }
    }
}

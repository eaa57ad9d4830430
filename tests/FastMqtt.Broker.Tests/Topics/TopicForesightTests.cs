// Looking ahead changes nothing but the time it takes: everything arrives, and no input confuses it.
using System.Buffers.Binary;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class TopicForesightTests
{
    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void Topics_of_one_read_are_looked_at_together_and_all_arrive(ProtocolVersion version)
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect(version: version);
        AddFilters(broker.State.Subscriptions, broker.FindSession(subscriber.Identifier)!);
        TestClient publisher = broker.Connect(version: version);
        for (int i = 0; i < 1_000; i++)
        {
            publisher.Send(i % 50 == 0 ? "nobody" : $"t/{i * 7}", $"{i}", qos: i % 3);
        }

        broker.Tick();
        string[] expected = [.. Enumerable.Range(0, 1_000).Where(i => i % 50 != 0).Select(i => $"{i}")];
        Assert.Equal(expected, subscriber.ReadTexts());
        Assert.InRange(broker.Dispatchers[0].Foresight.BatchCount, 20, 1_000);
    }

    [Fact]
    public void Topics_the_cache_knows_are_not_looked_at()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect();
        AddFilters(broker.State.Subscriptions, broker.FindSession(subscriber.Identifier)!);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 1_000; i++)
        {
            publisher.Send($"t/{i % 2}", $"{i}");
        }

        broker.Tick();
        Assert.Equal(1_000, subscriber.ReadTexts().Length);
        Assert.InRange(broker.Dispatchers[0].Foresight.BatchCount, 0, 1);
    }

    [Fact]
    public void No_input_confuses_it_and_it_allocates_nothing()
    {
        SubscriptionIndex index = NewIndex();
        AddFilters(index, NewSession());
        var cache = new MatchCache(index);
        var foresight = new TopicForesight(index, cache);
        var random = new Random(3);
        byte[] input = new byte[2_000];
        byte[] publish = Packets.Publish(ProtocolVersion.Mqtt5, "t/77", [1, 2, 3], 0, 0, false, false, null);
        bool inRange = true;
        long topics = 0;
        Assert.Equal(0, AllocatedBytes(() =>
        {
            for (int round = 0; round < 5_000; round++)
            {
                random.NextBytes(input);
                for (int at = 0; at + publish.Length < random.Next(input.Length); at += publish.Length)
                {
                    publish.CopyTo(input, at);
                }

                input[random.Next(200)] = (byte)random.Next(256);
                for (int miss = 0; miss < 8; miss++)
                {
                    // A topic that never comes again: the cache keeps, and allocates, nothing for it.
                    BinaryPrimitives.WriteInt64LittleEndian(input, ++topics);
                    cache.Find(input.AsSpan(0, sizeof(long)));
                }

                publish.CopyTo(input, 0);
                int bytes = foresight.LookAhead(
                    input.AsSpan(0, random.Next(input.Length)), int.MaxValue, ProtocolVersion.Mqtt5);
                inRange &= bytes >= 1 && bytes <= input.Length;
            }
        }));
        Assert.True(inRange);
        Assert.True(foresight.BatchCount > 1_000);
    }

    private static void AddFilters(SubscriptionIndex index, Session session)
    {
        for (int i = 0; i < TopicForesight.FiltersMin; i++)
        {
            index.Add(session, (i % 10) switch { 7 => $"t/{i}/#", 8 => $"+/{i}", _ => $"t/{i}" });
        }
    }
}

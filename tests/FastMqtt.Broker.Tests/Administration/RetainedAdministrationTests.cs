// Retained messages in the hands of a host: listed page by page while they change, looked up, cleared for good.

using System.Text;
using FastMqtt.Broker.Administration;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Administration;

public sealed class RetainedAdministrationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly string[] Filters =
        ["#", "+", "+/+", "a/#", "a/+", "+/b/#", "a/+/c", "a/b/c", "a/b", "+/+/+/#", "$SYS/#", "b/#"];

    [Fact]
    public async Task A_topic_that_keeps_a_message_is_on_one_page_whatever_changes_between_pages()
    {
        for (int seed = 1; seed <= 60; seed++)
        {
            using var broker = new TestBroker(1 + (seed % 2));
            var random = new Random(seed);
            TestClient client = broker.Connect();
            var now = new Dictionary<string, string>();
            for (int i = 0; i < 60; i++)
            {
                Set(RandomTopic(random));
            }

            string filter = Filters[seed % Filters.Length];
            var query = new RetainedQuery { TopicFilter = filter, PageSize = random.Next(1, 4) };
            HashSet<string> lasting = [.. now.Keys.Where(topic => Matches(query.TopicFilter, topic))];
            HashSet<string> ever = [.. lasting];
            List<RetainedInfo> seen = await new Host(broker).AllAsync(query, () =>
            {
                for (int i = 0; i < 6; i++)
                {
                    Change();
                }
            });
            string[] topics = [.. seen.Select(message => message.Topic)];
            Assert.True(topics.Distinct().Count() == topics.Length, $"seed {seed}: twice");
            Assert.True(lasting.IsSubsetOf(topics), $"seed {seed}: missing");
            Assert.All(topics, topic => Assert.True(ever.Contains(topic), $"seed {seed}: {topic}"));

            void Change()
            {
                string topic = RandomTopic(random);
                if (random.Next(2) == 0)
                {
                    client.Publish(topic, "", retain: true);
                    now.Remove(topic);
                    lasting.Remove(topic);
                    return;
                }

                Set(topic); // perhaps in the place of another
                if (Matches(query.TopicFilter, topic))
                {
                    ever.Add(topic);
                }
            }

            void Set(string topic)
            {
                client.Publish(topic, $"{random.Next()}", retain: true);
                now[topic] = topic;
            }
        }
    }

    [Fact]
    public async Task A_message_is_shown_as_it_is()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        client.Publish("a/b", "text", 1, retain: true);
        client.Publish("a/c", "soon over", 0, retain: true, Property.MessageExpiryInterval(10));
        var host = new Host(broker);
        RetainedInfo found = (await host.AskAsync(one => one.GetRetainedAsync("a/b")))!;
        Assert.Equal(("a/b", QualityOfService.AtLeastOnce, 4), (found.Topic, found.QoS, found.PayloadBytes));
        Assert.Equal("text", Encoding.UTF8.GetString(found.Payload!.Value.Span));
        Assert.Null(found.ExpiresAt);
        RetainedInfo[] listed = [.. (await host.AllAsync(new RetainedQuery())).OrderBy(one => one.Topic)];
        Assert.Equal(["a/b", "a/c"], listed.Select(one => one.Topic));
        Assert.All(listed, one => Assert.Null(one.Payload));
        Assert.Equal(
            DateTimeOffset.FromUnixTimeMilliseconds(broker.State.ToUnix(broker.Dispatchers[0].Now + 10_000)),
            listed[1].ExpiresAt);
        RetainedInfo full = Assert.Single(
            await host.AllAsync(new RetainedQuery { TopicFilter = "a/b", IncludePayload = true }));
        Assert.Equal("text", Encoding.UTF8.GetString(full.Payload!.Value.Span));
        broker.Advance(10_000);
        Assert.Null(await host.AskAsync(one => one.GetRetainedAsync("a/c")));
        Assert.Null(await host.AskAsync(one => one.GetRetainedAsync("a")));
        Assert.Single(await host.AllAsync(new RetainedQuery()));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Administration.GetRetainedAsync("a/+", Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task What_was_cleared_is_gone_after_a_restart(int dispatchers)
    {
        using var store = new MemoryStore();
        using (var broker = new TestBroker(dispatchers, store: store))
        {
            TestClient client = broker.Connect();
            TestClient subscriber = broker.Connect().Subscribe("#");
            for (int i = 0; i < 200; i++)
            {
                client.Publish($"gone/{i}", "x", 1, retain: true);
                client.Publish($"kept/{i}", "x", 1, retain: true);
            }

            subscriber.Read();
            Assert.Equal(200, await new Host(broker).AskAsync(one => one.ClearRetainedAsync("gone/#")));
            Assert.Equal(200, broker.State.Retained.Count);
            subscriber.ExpectNothing();
        } // killed: what was told to be durable is all that counts

        using var again = new TestBroker(dispatchers, store: store);
        List<RetainedInfo> left = await new Host(again).AllAsync(new RetainedQuery { PageSize = 1_000 });
        Assert.Equal(200, left.Count);
        Assert.All(left, message => Assert.StartsWith("kept/", message.Topic, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clearing_completes_when_it_is_durable()
    {
        using var store = new MemoryStore();
        using var broker = new TestBroker(store: store);
        broker.Connect().Publish("a", "x", 1, retain: true);
        broker.IsDiskHeld = true;
        Task<int> cleared = new Host(broker).Administration.ClearRetainedAsync("a", Token);
        broker.Tick();
        Assert.Equal(0, broker.State.Retained.Count);
        Assert.False(cleared.IsCompleted);
        broker.IsDiskHeld = false;
        broker.TickUntil(() => cleared.IsCompleted);
        Assert.Equal(1, await cleared);
    }

    [Fact]
    public async Task The_brokers_own_topics_are_cleared_only_by_name()
    {
        // [MQTT-4.7.2-1]
        using var broker = new TestBroker(
            configure: options => options.SystemTopicsInterval = TimeSpan.FromSeconds(10));
        broker.Connect().Publish("a", "x", retain: true);
        var host = new Host(broker);
        int own = broker.State.Retained.Count - 1;
        Assert.True(own > 10);
        Assert.Equal(1, await host.AskAsync(one => one.ClearRetainedAsync("#")));
        Assert.Equal(own, broker.State.Retained.Count);
        Assert.Equal(own, await host.AskAsync(one => one.ClearRetainedAsync("$SYS/#")));
        Assert.Equal(0, broker.State.Retained.Count);
        broker.AdvanceSeconds(11);
        Assert.InRange(broker.State.Retained.Count, 1, own); // those that have changed
    }

    private static string RandomTopic(Random random)
    {
        string[] levels = ["a", "b", "c"];
        random.Shuffle(levels);
        string topic = string.Join('/', levels[..random.Next(1, 4)]);
        return random.Next(3) == 0 ? $"{topic}/{random.Next(12)}" : topic;
    }

    private static bool Matches(string filter, string topic)
    {
        string[] filters = filter.Split('/');
        string[] levels = topic.Split('/');
        for (int i = 0; i < filters.Length; i++)
        {
            if (filters[i] == "#")
            {
                return true;
            }

            if (i >= levels.Length)
            {
                return false;
            }

            if (filters[i] != "+" && filters[i] != levels[i])
            {
                return false;
            }
        }

        return filters.Length == levels.Length;
    }
}

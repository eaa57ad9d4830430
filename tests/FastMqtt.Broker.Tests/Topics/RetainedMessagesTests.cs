// Retained messages: rules one by one, and many of them.
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class RetainedMessagesTests
{
    [Fact]
    public void A_topic_keeps_its_latest_message_until_it_is_removed()
    {
        var store = new RetainedMessages(1);
        Publication first = NewPublication("a/b");
        Publication second = NewPublication("a/b");
        Assert.Null(store.Set(first));
        Assert.Same(first, store.Set(second)); // [MQTT-3.3.1-5]
        Assert.Equal([second], TakeAll(store.Open("a/b"u8)));
        Assert.Same(second, store.Remove("a/b"u8)); // [MQTT-3.3.1-6]
        Assert.Null(store.Remove("a/b"u8));
        Assert.Null(store.Remove("a"u8));
        Assert.Equal(0, store.Count);
        Assert.Equal(0, store.Bytes);
    }

    [Fact]
    public void A_cursor_skips_what_was_set_or_replaced_after_it_was_opened()
    {
        var store = new RetainedMessages(1);
        Publication old = NewPublication("a/1");
        store.Set(old);
        store.Set(NewPublication("a/2"));
        RetainedCursor cursor = store.Open("a/+"u8);
        store.Set(NewPublication("a/2"));
        store.Set(NewPublication("a/3"));
        Assert.Equal([old], TakeAll(cursor));
        Assert.Equal(3, TakeAll(store.Open("a/+"u8)).Count);
    }

    [Theory]
    [InlineData("a/b", true)]
    [InlineData("a", false)] // a level on the way, without a message
    [InlineData("a/b/c", false)]
    [InlineData("x/+", false)]
    [InlineData("a/+", true)]
    [InlineData("a/b/#", true)]
    [InlineData("+/b", true)]
    [InlineData("#", true)]
    public void A_walk_is_worth_making_only_where_something_may_be(string filter, bool expected)
    {
        var store = new RetainedMessages(1);
        Assert.Equal(filter[0] is '+' or '#', store.MayMatch(Bytes(filter)));
        store.Set(NewPublication("a/b"));
        Assert.Equal(expected, store.MayMatch(Bytes(filter)));
    }

    [Fact]
    public void A_cursor_outlives_the_branch_it_stands_on()
    {
        var store = new RetainedMessages(1);
        foreach (string topic in new[] { "a/x/1", "a/x/2", "a/x/3", "b/x/1" })
        {
            store.Set(NewPublication(topic));
        }

        RetainedCursor cursor = store.Open("#"u8);
        var one = new Publication[1];
        Assert.Equal(1, cursor.Take(one, 0));
        foreach (string topic in new[] { "a/x/1", "a/x/2", "a/x/3" })
        {
            store.Remove(Bytes(topic));
        }

        store.Set(NewPublication("a/x/2"));
        Assert.Equal(["b/x/1"], TakeAll(cursor).Select(p => Text(p.Topic)));
    }

    [Fact]
    public void Leading_wildcards_do_not_see_dollar_topics()
    {
        var store = new RetainedMessages(1);
        store.Set(NewPublication("$SYS/a"));
        store.Set(NewPublication("x/$a"));
        Assert.Equal(["x/$a"], TakeAll(store.Open("#"u8)).Select(p => Text(p.Topic))); // [MQTT-4.7.2-1]
        Assert.Equal(["x/$a"], TakeAll(store.Open("+/+"u8)).Select(p => Text(p.Topic))); // [MQTT-4.7.2-1]
        Assert.Equal(["$SYS/a"], TakeAll(store.Open("$SYS/#"u8)).Select(p => Text(p.Topic)));
    }

    [Fact]
    public void Expired_messages_are_not_delivered_and_are_swept_in_bounded_steps()
    {
        var store = new RetainedMessages(1);
        for (int i = 1; i <= 100; i++)
        {
            store.Set(NewPublication($"t/{i * 37 % 101}", i));
        }

        store.Set(NewPublication("t/never"));
        Assert.Equal(51, TakeAll(store.Open("t/#"u8), 50).Count);
        var removed = new Publication[30];
        Assert.Equal(30, store.SweepExpired(50, removed));
        Assert.Equal(Enumerable.Range(1, 30).Select(i => (long)i), removed.Select(p => p.ExpiresAtMilliseconds));
        Assert.Equal(20, store.SweepExpired(50, removed));
        Assert.Equal(0, store.SweepExpired(50, removed));
        Assert.Equal(51, store.Count);
        store.Set(NewPublication("t/37"));
        Assert.Equal(30, store.SweepExpired(long.MaxValue - 1, removed));
    }

    [Fact]
    public void A_topic_of_60_000_levels_is_kept_found_and_walked_without_recursion()
    {
        var store = new RetainedMessages(1);
        Publication deep = NewPublication(new string('/', 60_000));
        store.Set(deep);
        Assert.Equal([deep], TakeAll(store.Open("#"u8)));
        Assert.Equal([deep], TakeAll(store.Open(deep.Topic)));
        Assert.Same(deep, store.Remove(deep.Topic));
        Assert.Empty(TakeAll(store.Open("#"u8)));
    }

    [Fact]
    public void Many_messages_are_walked_by_one_cursor_while_they_go()
    {
        const int Count = 200_000;
        var store = new RetainedMessages(1);
        byte[][] topics = new byte[Count][];
        for (int i = 0; i < Count; i++)
        {
            topics[i] = Bytes($"d/{i % 1000}/{i}");
            store.Set(TopicFixtures.NewPublication(topics[i]));
        }

        Assert.Equal(Count, store.Count);
        RetainedCursor cursor = store.Open("#"u8);
        var batch = new Publication[100];
        int taken = 0;
        int removed = 0;
        for (int count; (count = cursor.Take(batch, 1)) > 0;)
        {
            taken += count;
            for (int i = 0; i < count / 2; i++)
            {
                removed += store.Remove(batch[i].Topic) is null ? 0 : 1;
            }
        }

        Assert.Equal(Count, taken);
        Assert.Equal(Count - removed, store.Count);
        Assert.Equal(Count - removed, TakeAll(store.Open("d/+/+"u8)).Count);
    }

    [Fact]
    public void A_step_that_finds_nothing_is_bounded()
    {
        var store = new RetainedMessages(1);
        for (int i = 0; i < 100_000; i++)
        {
            store.Set(NewPublication($"{i}/x"));
        }

        RetainedCursor cursor = store.Open("+/y"u8);
        var batch = new Publication[1];
        int steps = 0;
        while (!cursor.IsFinished)
        {
            Assert.Equal(0, cursor.TakeStep(batch, 0));
            steps++;
        }

        Assert.InRange(steps, 100_000 / 512, 100_000);
        Assert.Equal(0, store.Open("+/y"u8).Take(batch, 0));
    }

    [Fact]
    public void Writers_and_a_cursor_on_other_threads_do_not_lose_a_standing_message()
    {
        var store = new RetainedMessages(1);
        for (int i = 0; i < 1000; i++)
        {
            store.Set(NewPublication($"stand/{i}"));
        }

        bool done = false;
        var writer = new Thread(() =>
        {
            var random = new Random(5);
            while (!Volatile.Read(ref done))
            {
                byte[] topic = Bytes($"stand/{random.Next(500)}/x");
                store.Set(TopicFixtures.NewPublication(topic));
                store.Remove(Bytes($"stand/{random.Next(500)}/x"));
            }
        });
        writer.Start();
        Exception? failure = Record.Exception(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                Assert.Equal(1000, TakeAll(store.Open("stand/+"u8)).Count);
            }
        });
        Volatile.Write(ref done, true);
        writer.Join();
        Assert.Null(failure);
    }

    private static List<Publication> TakeAll(RetainedCursor cursor, long nowMilliseconds = 0)
    {
        var all = new List<Publication>();
        var batch = new Publication[7];
        for (int count; (count = cursor.Take(batch, nowMilliseconds)) > 0;)
        {
            all.AddRange(batch.AsSpan(0, count));
        }

        return all;
    }
}

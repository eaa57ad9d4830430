// Rules of matching, one by one, and what subscribing must not cost or leave behind.
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class SubscriptionIndexTests
{
    [Theory]
    [InlineData("#", "a/b/c", true)]
    [InlineData("#", "/", true)]
    [InlineData("#", "$SYS/x", false)] // [MQTT-4.7.2-1]
    [InlineData("+/x", "$SYS/x", false)] // [MQTT-4.7.2-1]
    [InlineData("+", "$SYS", false)] // [MQTT-4.7.2-1]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("$SYS/+", "$SYS/x", true)]
    [InlineData("a/+", "a/$x", true)]
    [InlineData("a/#", "a", true)] // section 4.7.1.2
    [InlineData("a/#", "a/", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("a/+/#", "a", false)]
    [InlineData("a/+/#", "a/b", true)]
    [InlineData("+", "a", true)]
    [InlineData("+", "/a", false)]
    [InlineData("+/+", "/a", true)] // [MQTT-4.7.3-4] an empty level is a level
    [InlineData("/+", "/a", true)]
    [InlineData("a/+/b", "a//b", true)]
    [InlineData("a/+", "a/", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("a//b", "a/b", false)]
    [InlineData("a", "A", false)] // [MQTT-4.7.3-4] case counts
    [InlineData("/a", "a", false)]
    [InlineData("a/b", "a/b", true)]
    public void A_filter_matches_by_levels(string filter, string topic, bool isMatch)
    {
        SubscriptionIndex index = NewIndex();
        index.Add(NewSession(), filter);
        Assert.Equal(isMatch ? [filter] : [], index.Filters(topic));
        Assert.Equal(isMatch, IsMatch(filter, topic));
    }

    [Theory]
    [InlineData(29)]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(65_535)]
    public void Filters_of_any_length_are_found_and_named(int length)
    {
        SubscriptionIndex index = NewIndex();
        string filter = new('x', length);
        Subscription first = index.Add(NewSession(0), filter);
        Subscription second = index.Add(NewSession(1), filter);
        Assert.Equal(filter, Text(first.Filter));
        Assert.Equal([filter], index.Filters(filter));
        index.Remove(second);
        Assert.Equal(filter, Text(first.Filter));
        index.Remove(first);
        Assert.Empty(index.Filters(filter));
    }

    [Fact]
    public void The_deepest_filter_and_a_topic_of_60_000_levels_match_without_recursion()
    {
        SubscriptionIndex index = NewIndex();
        string deepest = string.Concat(Enumerable.Repeat("+/", WildcardTrie.LevelsMax - 1)) + "#";
        index.Add(NewSession(), deepest);
        Assert.Equal([deepest], index.Filters(new string('/', 60_000)));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Add(NewSession(), "+/" + deepest));
        Assert.Equal(1, index.FilterCount);
    }

    [Fact]
    public void A_million_filters_that_come_and_go_leave_nothing()
    {
        SubscriptionIndex index = NewIndex();
        Session session = NewSession();
        var held = new Queue<Subscription>();
        byte[] name = new byte[12];
        for (int i = 0; i < 1_000_000; i++)
        {
            (i * 2_654_435_761L).TryFormat(name, out int length);
            name.AsSpan(length).Fill((byte)'/');
            name[^1] = i % 3 == 0 ? (byte)'#' : (byte)'x';
            held.Enqueue(index.Add(session, default, name.AsSpan()[^12..], default, 0));
            name.AsSpan().Clear();
            if (held.Count > 100)
            {
                index.Remove(held.Dequeue());
            }
        }

        while (held.TryDequeue(out Subscription? subscription))
        {
            index.Remove(subscription);
        }

        Assert.Equal(0, index.FilterCount);
        Assert.Equal(0, index.Filters.ShapeCount);
        Assert.Equal(0, index.TrieNodeCount);
        Assert.Equal(0, index.SubscriptionCount);
    }

    [Fact]
    public void A_hundred_thousand_subscribers_of_one_filter_come_and_go_in_linear_time()
    {
        // A quadratic step would take minutes here.
        const int Count = 100_000;
        SubscriptionIndex index = NewIndex();
        var subscriptions = new Subscription[Count];
        Session[] sessions = [NewSession(0), NewSession(1), NewSession(2)];
        for (int i = 0; i < Count; i++)
        {
            subscriptions[i] = index.Add(sessions[i % 3], "one/topic", identifier: (uint)i);
        }

        uint generation = index.Generation;
        SubscriberChain chain = subscriptions[0].Chain;
        Assert.Equal(0b111UL, chain.DispatcherMask);
        Assert.Equal(Count, chain.Subscribers().DistinctBy(s => s.Identifier).Count());
        new Random(1).Shuffle(subscriptions);
        foreach (Subscription subscription in subscriptions.AsSpan(1))
        {
            index.Remove(subscription);
        }

        Assert.Equal(generation, index.Generation);
        Assert.Equal([subscriptions[0]], chain.Subscribers());
        index.Remove(subscriptions[0]);
        Assert.NotEqual(generation, index.Generation);
        Assert.Empty(index.Filters("one/topic"));
    }

    [Fact]
    public void A_warm_match_allocates_nothing()
    {
        SubscriptionIndex index = NewIndex();
        foreach (string filter in new[] { "a/b/c", "#", "a/#", "a/+/c", "+/+/+", "a/b/+", "x/y" })
        {
            index.Add(NewSession(), filter);
        }

        var result = new MatchResult();
        byte[] topic = Bytes("a/b/c");
        index.Match(topic, result);
        Assert.Equal(0, AllocatedBytes(() =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                index.Match(topic, result);
            }
        }));
        Assert.Equal(6, result.ChainCount);
    }
}

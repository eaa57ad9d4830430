// The cache must be right first (see SubscriptionIndexModel), then free of allocation, then undisturbed by others'
// filters.
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class MatchCacheTests
{
    [Theory]
    [InlineData("rooms/17/door")]
    [InlineData("rooms/17/+")]
    [InlineData("rooms/17/#")]
    [InlineData("rooms/+/door")]
    [InlineData("rooms/#")]
    [InlineData("+/17/door")]
    [InlineData("#")]
    public void A_filter_that_comes_or_goes_is_seen_at_once(string filter)
    {
        SubscriptionIndex index = NewIndex();
        var cache = new MatchCache(index);
        byte[] topic = Bytes("rooms/17/door");
        Assert.Empty(cache.Find(topic).Filters());
        Subscription subscription = index.Add(NewSession(), filter);
        Assert.Equal([filter], cache.Find(topic).Filters());
        index.Remove(subscription);
        Assert.Empty(cache.Find(topic).Filters());
    }

    [Fact]
    public void The_first_group_of_a_filter_is_seen_at_once()
    {
        SubscriptionIndex index = NewIndex();
        var cache = new MatchCache(index);
        index.Add(NewSession(), "a/b");
        Assert.False(cache.Find("a/b"u8).HasGroups);
        Subscription shared = index.Add(NewSession(), "a/b", "group");
        Assert.True(cache.Find("a/b"u8).HasGroups);
        index.Remove(shared);
        Assert.False(cache.Find("a/b"u8).HasGroups);
    }

    [Fact]
    public void A_storm_on_other_filters_leaves_a_cached_match_alone()
    {
        SubscriptionIndex index = NewIndex();
        var cache = new MatchCache(index);
        index.Add(NewSession(), "cars/7/#");
        const int Storm = 10_000;
        for (int i = 0; i < Storm; i++)
        {
            Subscription exact = index.Add(NewSession(), $"inbox/{i}/reply");
            Subscription wildcard = index.Add(NewSession(), $"inbox/{i}/+");
            cache.Find("cars/7/speed"u8);
            index.Remove(exact);
            index.Remove(wildcard);
        }

        // Only by chance of the hash: 3 counters of 4,096, four changes a round.
        Assert.InRange(cache.MissCount, 1, Storm / 50);
    }

    [Fact]
    public void A_joining_subscriber_does_not_invalidate()
    {
        SubscriptionIndex index = NewIndex();
        var cache = new MatchCache(index);
        index.Add(NewSession(), "a/+");
        cache.Find("a/b"u8);
        cache.Find("a/b"u8);
        index.Add(NewSession(1), "a/+");
        Assert.Equal(2, cache.Find("a/b"u8).Chains[0].Subscribers().Length);
        Assert.Equal(2, cache.MissCount);
    }

    [Fact]
    public void A_topic_is_kept_at_its_second_miss()
    {
        SubscriptionIndex index = NewIndex();
        var cache = new MatchCache(index);
        index.Add(NewSession(), "a/+");
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(Math.Min(i, 2), cache.MissCount);
            Assert.Equal(1, cache.Find("a/b"u8).ChainCount);
        }
    }

    [Theory]
    [InlineData(MatchCache.TopicBytesMax, 2)]
    [InlineData(MatchCache.TopicBytesMax + 1, 10)]
    public void Topics_up_to_the_limit_are_remembered(int length, int misses)
    {
        SubscriptionIndex index = NewIndex();
        var cache = new MatchCache(index);
        byte[] topic = Bytes(new string('t', length));
        index.Add(NewSession(), "+");
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(1, cache.Find(topic).ChainCount);
        }

        Assert.Equal(misses, cache.MissCount);
    }

    [Theory]
    [InlineData(MatchCache.ChainCountMax, 2)]
    [InlineData(MatchCache.ChainCountMax + 1, 10)]
    public void Results_up_to_the_limit_are_remembered(int chains, int misses)
    {
        SubscriptionIndex index = NewIndex();
        var cache = new MatchCache(index);
        string topic = "0/0/0/0/0/0/0";
        for (int i = 0; i < chains; i++)
        {
            IEnumerable<string> levels = Enumerable.Range(0, 7).Select(b => (i >> b & 1) != 0 ? "+" : "0");
            index.Add(NewSession(), string.Join('/', levels));
        }

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(chains, cache.Find(Bytes(topic)).ChainCount);
        }

        Assert.Equal(misses, cache.MissCount);
    }

    [Fact]
    public void Neither_hits_nor_topics_that_never_repeat_allocate()
    {
        SubscriptionIndex index = NewIndex();
        var cache = new MatchCache(index);
        index.Add(NewSession(), "t/#");
        index.Add(NewSession(), "t/+/x");
        byte[] topic = Bytes("t/000000000/x");
        int number = 100_000_000;
        for (int i = 0; i < 100_000; i++)
        {
            number++.TryFormat(topic.AsSpan(2), out _);
            cache.Find(topic);
            cache.Find(topic);
        }

        int found = 0;
        Assert.Equal(0, AllocatedBytes(() =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                number++.TryFormat(topic.AsSpan(2), out _);
                found += cache.Find(topic).ChainCount;
                found += cache.Find(topic).ChainCount;
            }
        }));
        Assert.Equal(2 * (number - 100_000_000), cache.MissCount);
        Assert.Equal(4 * (number - 100_100_000), found);
    }
}

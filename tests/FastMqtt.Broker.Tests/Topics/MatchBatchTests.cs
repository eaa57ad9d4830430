// Topics matched together give what each gives alone, and nothing is taken that somebody's subscription has outdated.
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class MatchBatchTests
{
    [Theory]
    [InlineData(FilterTable.ShapesMax)]
    [InlineData(3)]
    [InlineData(0)]
    public void What_is_taken_is_what_matches(int shapesMax)
    {
        var random = new Random(11);
        for (int round = 0; round < 500; round++)
        {
            SubscriptionIndex index = NewIndex((ulong)round, shapesMax);
            for (int i = 0; i < 40; i++)
            {
                index.Add(NewSession(), RandomFilter(random));
            }

            var batch = new MatchBatch(index);
            batch.Clear();
            var topics = new List<string>();
            while (!batch.IsFull)
            {
                topics.Add(RandomTopic(random));
                batch.Add(Bytes(topics[^1]));
            }

            batch.Match();
            foreach (string topic in topics)
            {
                var taken = new MatchResult();
                Assert.True(TryTake(batch, index, topic, taken));
                index.MatchTrie(Bytes(topic), taken);
                Assert.Equal(index.Filters(topic), taken.Filters());
            }

            Assert.False(TryTake(batch, index, topics[^1], new MatchResult()));
        }
    }

    [Fact]
    public void A_subscription_in_between_outdates_it()
    {
        SubscriptionIndex index = NewIndex();
        index.Add(NewSession(), "a/+");
        MatchBatch batch = BatchOf(index, "a/b", "a/c");
        Assert.True(TryTake(batch, index, "a/b", new MatchResult()));
        index.Add(NewSession(), "a/c");
        Assert.False(TryTake(batch, index, "a/c", new MatchResult()));
    }

    [Fact]
    public void Topics_are_taken_once_in_their_order_and_those_between_are_given_up()
    {
        SubscriptionIndex index = NewIndex();
        MatchBatch batch = BatchOf(index, "a", "b", "c", "d");
        Assert.True(TryTake(batch, index, "b", new MatchResult()));
        Assert.True(TryTake(batch, index, "c", new MatchResult()));
        Assert.False(TryTake(batch, index, "a", new MatchResult()));
        Assert.False(TryTake(batch, index, "d", new MatchResult()));
    }

    [Fact]
    public void A_filter_with_the_hash_of_another_is_not_taken_for_it()
    {
        SubscriptionIndex index = NewIndex();
        var seen = new Dictionary<uint, string>();
        string other = "";
        string filter = "";
        for (int i = 0; other.Length == 0; i++)
        {
            filter = $"t/{i}";
            if (!seen.TryAdd(TopicTable.Reduce(index.Hasher.Hash(Bytes(filter))), filter))
            {
                other = seen[TopicTable.Reduce(index.Hasher.Hash(Bytes(filter)))];
            }
        }

        index.Add(NewSession(), other);
        MatchBatch batch = BatchOf(index, filter, other);
        Assert.False(TryTake(batch, index, filter, new MatchResult()));
        var taken = new MatchResult();
        Assert.True(TryTake(batch, index, other, taken));
        Assert.Equal([other], taken.Filters());
    }

    [Fact]
    public void Long_topics_are_left_out()
    {
        SubscriptionIndex index = NewIndex();
        MatchBatch batch = BatchOf(index, new string('x', MatchCache.TopicBytesMax + 1));
        Assert.Equal(0, batch.Count);
    }

    private static MatchBatch BatchOf(SubscriptionIndex index, params string[] topics)
    {
        var batch = new MatchBatch(index);
        batch.Clear();
        Array.ForEach(topics, topic => batch.Add(Bytes(topic)));
        batch.Match();
        return batch;
    }

    private static bool TryTake(MatchBatch batch, SubscriptionIndex index, string topic, MatchResult result) =>
        batch.TryTake(Bytes(topic), index.Hasher.Hash(Bytes(topic)), result);
}

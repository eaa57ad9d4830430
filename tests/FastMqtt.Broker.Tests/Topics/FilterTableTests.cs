// Wildcard filters by shape, and what lies in the trie because there was no room for its shape. What matches is the
// concern of SubscriptionIndexModel; here it is where a filter lies.
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class FilterTableTests
{
    [Theory]
    [InlineData("#", 0, 0, true)]
    [InlineData("+", 1, 0b1, false)]
    [InlineData("+/#", 1, 0b1, true)]
    [InlineData("a/+", 2, 0b10, false)]
    [InlineData("/+/", 3, 0b10, false)]
    [InlineData("a/+/c/+/#", 4, 0b1010, true)]
    public void A_filter_has_a_shape(string filter, int levels, int singleLevels, bool isMultiLevel)
    {
        Assert.True(FilterShape.TryRead(Bytes(filter), new TopicHasher(1), out FilterShape shape, out _));
        Assert.Equal(levels, shape.LevelCount);
        Assert.Equal(singleLevels, shape.SingleLevels);
        Assert.Equal(isMultiLevel, shape.IsMultiLevel);
    }

    [Fact]
    public void Shapes_have_up_to_sixteen_levels()
    {
        SubscriptionIndex index = NewIndex();
        string sixteen = string.Join('/', Enumerable.Repeat("a", 15)) + "/+";
        index.Add(NewSession(), sixteen);
        index.Add(NewSession(), sixteen + "/#");
        Assert.Equal(2, index.Filters.ShapeCount);
        Assert.Equal(0, index.TrieNodeCount);

        index.Add(NewSession(), sixteen + "/a");
        Assert.Equal(2, index.Filters.ShapeCount);
        Assert.Equal(17, index.TrieNodeCount);
        string topic = string.Join('/', Enumerable.Repeat("a", 16));
        Assert.Equal([sixteen, sixteen + "/#"], index.Filters(topic));
        Assert.Equal([sixteen + "/#", sixteen + "/a"], index.Filters(topic + "/a"));
    }

    [Fact]
    public void Filters_without_room_for_their_shape_lie_in_the_trie_and_stay_there()
    {
        SubscriptionIndex index = NewIndex(shapesMax: 2);
        Subscription[] first = [index.Add(NewSession(), "a/+"), index.Add(NewSession(), "a/#")];
        Subscription inTrie = index.Add(NewSession(), "+/b");
        Assert.Equal(2, index.TrieNodeCount);
        Assert.Equal(["+/b", "a/#", "a/+"], index.Filters("a/b"));

        Array.ForEach(first, index.Remove);
        Assert.Equal(0, index.Filters.ShapeCount);
        Subscription other = index.Add(NewSession(), "+/c");
        Subscription second = index.Add(NewSession(), "+/b");
        Assert.Same(inTrie.Chain, second.Chain);
        Assert.Equal(1, index.Filters.ShapeCount);
        Assert.Equal(2, index.TrieNodeCount);
        Assert.Equal(["+/b"], index.Filters("a/b"));
        Assert.Equal(["+/c"], index.Filters("a/c"));

        Array.ForEach([inTrie, other, second], index.Remove);
        Assert.Equal(0, index.Filters.ShapeCount);
        Assert.Equal(0, index.TrieNodeCount);
        Assert.Equal(0, index.FilterCount);
    }

    [Fact]
    public void Filters_with_the_same_hash_are_told_apart()
    {
        // 32 bits of 300,000 hashes: about ten pairs.
        const int Count = 300_000;
        SubscriptionIndex index = NewIndex();
        var seen = new Dictionary<uint, string>();
        var pairs = new List<string>();
        for (int i = 0; i < Count; i++)
        {
            string filter = $"a/{i}/+";
            Assert.True(FilterShape.TryRead(Bytes(filter), index.Hasher, out _, out uint hash));
            if (!seen.TryAdd(hash, filter))
            {
                pairs.Add(filter);
                pairs.Add(seen[hash]);
            }
        }

        Assert.NotEmpty(pairs);
        pairs.ForEach(filter => index.Add(NewSession(), filter));
        Assert.All(pairs, filter => Assert.Equal([filter], index.Filters(filter.Replace('+', 'x'))));
    }
}

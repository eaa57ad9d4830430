// Entries are found while the directory grows and after it has shrunk, by its own thread and by others.
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class TopicDirectoryTests
{
    private const int Count = 20 * TopicDirectory.SegmentCountMax;

    private static readonly TopicHasher Hasher = new(7);

    [Fact]
    public void Entries_are_found_until_they_are_removed()
    {
        var directory = new TopicDirectory();
        SubscriberChain[] chains = NewChains();
        for (int i = 0; i < Count; i++)
        {
            Assert.Null(Find(directory, chains[i]));
            directory.Add(chains[i], HashOf(chains[i]));
            Assert.Same(chains[i], Find(directory, chains[i]));
            Assert.Same(chains[i / 2], Find(directory, chains[i / 2]));
            Assert.Equal(i + 1, directory.Count);
        }

        Assert.All(chains, chain => Assert.Same(chain, Find(directory, chain)));
        Assert.All(chains, chain => Assert.InRange(
            directory.SegmentOf(HashOf(chain)).Count, 1, TopicDirectory.SegmentCountMax));
        new Random(5).Shuffle(chains);
        for (int i = 0; i < Count; i++)
        {
            directory.Remove(chains[i], HashOf(chains[i]));
            Assert.Null(Find(directory, chains[i]));
            Assert.Same(chains[^1], i + 1 == Count ? chains[^1] : Find(directory, chains[^1]));
        }

        Assert.Equal(0, directory.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_walk_meets_each_entry_once_while_segments_are_split(int seed)
    {
        var random = new Random(seed);
        var directory = new TopicDirectory();
        SubscriberChain[] chains = NewChains();
        int standing = random.Next(2 * TopicDirectory.SegmentCountMax, Count / 4);
        int next = 0;
        AddUpTo(standing);
        var met = new List<TopicEntry>();
        uint suffix = 0;
        do
        {
            met.AddRange(directory.Next(ref suffix).All());
            AddUpTo(Math.Min(Count, next + random.Next(2 * TopicDirectory.SegmentCountMax)));
        }
        while (suffix != 0);
        Assert.Equal(met.Count, met.Distinct().Count());
        Assert.Superset(chains[..standing].ToHashSet<TopicEntry>(), met.ToHashSet());
        Assert.True(next > 2 * standing, "segments were split meanwhile");

        void AddUpTo(int count)
        {
            for (; next < count; next++)
            {
                directory.Add(chains[next], HashOf(chains[next]));
            }
        }
    }

    [Fact]
    public void Other_threads_find_what_stands_while_segments_are_split()
    {
        var directory = new TopicDirectory();
        SubscriberChain[] chains = NewChains();
        int standing = 0;
        long missed = 0;
        var reader = new Thread(() =>
        {
            var random = new Random(3);
            while (Volatile.Read(ref standing) is var count && count < Count)
            {
                SubscriberChain? chain = count == 0 ? null : chains[random.Next(count)];
                missed += chain is null || ReferenceEquals(Find(directory, chain), chain) ? 0 : 1;
            }
        });
        reader.Start();
        foreach (SubscriberChain chain in chains)
        {
            directory.Add(chain, HashOf(chain));
            Volatile.Write(ref standing, standing + 1);
        }

        reader.Join();
        Assert.Equal(0, missed);
    }

    private static SubscriberChain[] NewChains() =>
        [.. Enumerable.Range(0, Count).Select(i => new SubscriberChain(Bytes($"t/{i}")))];

    private static uint HashOf(SubscriberChain chain) => TopicTable.Reduce(Hasher.Hash(chain.Filter));

    private static TopicEntry? Find(TopicDirectory directory, SubscriberChain chain) =>
        directory.SegmentOf(HashOf(chain)).Find(chain.Filter, HashOf(chain));
}

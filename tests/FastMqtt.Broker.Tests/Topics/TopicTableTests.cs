// The table under the index: against a dictionary by seed, through growth, tombstones and shrinking; and its hash.
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class TopicTableTests
{
    [Fact]
    public void A_table_agrees_with_a_dictionary()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var hasher = new TopicHasher((ulong)seed);
            // A few seeds with hashes that nearly all collide.
            ulong hashMask = seed % 5 == 0 ? 0x3UL << 32 : ulong.MaxValue;
            TopicTable table = TopicTable.Create();
            var model = new Dictionary<string, SubscriberChain>();
            int range = seed % 5 == 0 ? 40 : 1500;
            for (int step = 0; step < 6000; step++)
            {
                string name = $"n{random.Next(range)}";
                uint hash = TopicTable.Reduce(hasher.Hash(Bytes(name)) & hashMask);
                SubscriberChain? expected = model.GetValueOrDefault(name);
                Assert.True(ReferenceEquals(expected, table.Find(Bytes(name), hash)), $"seed {seed} step {step}");
                bool grows = step % 3000 < 1500;
                if (expected is null && grows)
                {
                    model[name] = new SubscriberChain(Bytes(name));
                    table = table.Add(model[name], hash);
                }
                else if (expected is not null && (!grows || random.Next(3) == 0))
                {
                    table = table.Remove(expected, hash);
                    model.Remove(name);
                }

                Assert.Equal(model.Count, table.Count);
            }
        }
    }

    [Fact]
    public void Every_byte_and_the_length_count_in_the_hash()
    {
        var hasher = new TopicHasher(42);
        var other = new TopicHasher(43);
        var seen = new HashSet<ulong>();
        int count = 0;
        for (int length = 0; length <= 70; length++)
        {
            byte[] bytes = new byte[length];
            Assert.True(seen.Add(hasher.Hash(bytes)));
            Assert.NotEqual(hasher.Hash(bytes), other.Hash(bytes));
            count++;
            for (int i = 0; i < length; i++)
            {
                foreach (byte value in new byte[] { 1, 0x80, 0xFF })
                {
                    bytes[i] = value;
                    Assert.True(seen.Add(hasher.Hash(bytes)), $"{length} {i} {value}");
                    count++;
                }

                bytes[i] = 0;
            }
        }

        Assert.Equal(count, seen.Count);
    }
}

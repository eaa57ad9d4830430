// A walk in the order of hashes against a table that changes and is built anew in between: what is there all the while
// is taken once, and all is taken in order.
using FastMqtt.Broker.Topics;
using Xunit;

namespace FastMqtt.Broker.Tests.Topics;

public class HashOrderTests
{
    [Fact]
    public void What_stays_is_taken_once_however_the_table_changes()
    {
        for (int seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var staying = new HashSet<ulong>();
            while (staying.Count < random.Next(1, 200))
            {
                staying.Add(NextHash(random));
            }

            var ever = new HashSet<ulong>(staying);
            var passing = new HashSet<ulong>();
            var seen = new List<ulong>();
            int slotsMax = random.Next(0, 20);
            for (ulong at = 0; at != HashOrder.End;)
            {
                for (int i = random.Next(0, 40); i > 0; i--)
                {
                    passing.Add(NextHash(random));
                }

                passing.ExceptWith(staying);
                passing.RemoveWhere(_ => random.Next(3) == 0);
                ever.UnionWith(passing);
                var taken = new List<(ulong Hash, object Entry)>();
                at = HashOrder.Take(Table([.. staying, .. passing], random), HashOf, at, slotsMax, taken);
                seen.AddRange(taken.Select(one => one.Hash));
            }

            Assert.True(seen.SequenceEqual(seen.Order()), $"seed {seed}: not in order");
            Assert.True(seen.Distinct().Count() == seen.Count, $"seed {seed}: twice");
            Assert.True(staying.IsSubsetOf(seen), $"seed {seed}: missing");
            Assert.True(ever.IsSupersetOf(seen), $"seed {seed}: never there");
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(3)]
    public void A_table_without_an_empty_slot_is_taken_whole(int capacity)
    {
        var random = new Random(capacity);
        for (int round = 0; round < 500; round++)
        {
            var hashes = new HashSet<ulong>();
            while (hashes.Count < capacity)
            {
                hashes.Add(NextHash(random));
            }

            var taken = new List<(ulong Hash, object Entry)>();
            ulong after = round % 2 == 0 ? 0 : hashes.Min();
            Assert.Equal(HashOrder.End, HashOrder.Take(Fill([.. hashes], capacity), HashOf, after, 1, taken));
            Assert.Equal(hashes.Where(hash => hash > after).Order(), taken.Select(one => one.Hash));
        }
    }

    [Fact]
    public void Equal_hashes_are_taken_in_one_piece()
    {
        var taken = new List<(ulong Hash, object Entry)>();
        object?[] slots = Fill([7UL << 40, 7UL << 40, 7UL << 40, 9UL << 40], 16);
        ulong at = HashOrder.Take(slots, HashOf, 0, 0, taken);
        Assert.Equal(taken.Count, taken.Select(one => one.Entry).Distinct().Count());
        HashOrder.Take(slots, HashOf, at, 100, taken);
        Assert.Equal(4, taken.Count);
    }

    private static ulong HashOf(object entry) => ((Entry)entry).Hash;

    // Many of them beside each other, at the beginning and at the end.
    private static ulong NextHash(Random random) => random.Next(4) switch
    {
        0 => ((ulong)random.Next(100) << 32) + (uint)random.Next(1, 5),
        1 => ulong.MaxValue - ((ulong)random.Next(100) << 32) - (uint)random.Next(1, 5),
        _ => (ulong)random.NextInt64(1, long.MaxValue) << 1,
    };

    private static object?[] Table(ulong[] hashes, Random random) =>
        Fill(hashes, (hashes.Length * (4 + random.Next(4)) / 3) + 2);

    private static object?[] Fill(ulong[] hashes, int capacity)
    {
        object?[] slots = new object?[capacity];
        foreach (ulong hash in hashes)
        {
            int i = HashOrder.Home(hash, capacity);
            while (slots[i] is not null)
            {
                i = i + 1 == capacity ? 0 : i + 1;
            }

            slots[i] = new Entry(hash);
        }

        return slots;
    }

    private sealed class Entry(ulong hash)
    {
        public ulong Hash { get; } = hash;
    }
}

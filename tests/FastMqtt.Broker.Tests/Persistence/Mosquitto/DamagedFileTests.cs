// Files that are cut, turned or made to harm: never anything but what there was before the damage, or the one
// documented exception.

using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Persistence.Mosquitto;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence.Mosquitto;

public sealed class DamagedFileTests
{
    private const int HeaderSize = 23;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(14)]
    [InlineData(22)]
    public void Less_than_a_header_is_no_database(int length) =>
        Assert.Throws<StoreException>(() => MosquittoDatabaseReader.Read(GoldenFile.Bytes[..length]));

    [Fact]
    public void Another_file_is_no_database()
    {
        byte[] file = GoldenFile.Bytes;
        file[3] = (byte)'M';
        Assert.Throws<StoreException>(() => MosquittoDatabaseReader.Read(file));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(uint.MaxValue)]
    public void Another_version_is_named(uint version)
    {
        byte[] file = new FileWriter(version).Bytes;
        StoreException refusal = Assert.Throws<StoreException>(() => MosquittoDatabaseReader.Read(file));
        Assert.Contains($"version {version};", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Store_identifiers_of_another_size_are_refused()
    {
        byte[] file = new FileWriter(storeIdSize: 4).Bytes;
        StoreException refusal = Assert.Throws<StoreException>(() => MosquittoDatabaseReader.Read(file));
        Assert.Contains("4 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_anywhere_gives_what_came_before()
    {
        AssertCuts(GoldenFile.Bytes);
        AssertCuts(WrittenFileTests.Everything(5).Bytes);
        AssertCuts(WrittenFileTests.Everything(6, isBigEndian: true).Bytes);
    }

    [Fact]
    public void A_file_with_a_bit_turned_gives_no_more_than_there_was()
    {
        AssertBits(GoldenFile.Bytes);
        AssertBits(WrittenFileTests.Everything(5).Bytes);
        AssertBits(WrittenFileTests.Everything(6, isPacked: true).Bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_file_with_anything_in_it_does_no_harm(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] file = GoldenFile.Bytes;
            for (int turns = random.Next(1, 20); turns > 0; turns--)
            {
                file[random.Next(HeaderSize, file.Length)] = (byte)random.Next(256);
            }

            _ = TryRead(file);
        }
    }

    [Theory]
    [InlineData(2u)]
    [InlineData(99u)]
    public void A_length_is_not_believed(uint kind)
    {
        byte[] file = new FileWriter().Retained(1).Head(kind, 500_000_000).Bytes;
        long before = GC.GetAllocatedBytesForCurrentThread();

        MosquittoDatabase database = MosquittoDatabaseReader.Read(file);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        Assert.Contains("beyond the end", database.Damage, StringComparison.Ordinal);
        Assert.Equal([1ul], database.Retained);
    }

    [Fact]
    public void A_length_no_chunk_has_is_damage_where_it_stands()
    {
        var writer = new FileWriter();
        int start = writer.Length;

        MosquittoDatabase database = MosquittoDatabaseReader.Read(writer.Head(2, uint.MaxValue).Bytes);

        Assert.Contains($"byte {start} ", database.Damage, StringComparison.Ordinal);
    }

    private static void AssertCuts(byte[] file)
    {
        MosquittoDatabase whole = MosquittoDatabaseReader.Read(file);
        HashSet<int> ends = ChunkEnds(file);
        int last = 0;
        for (int length = HeaderSize; length <= file.Length; length++)
        {
            MosquittoDatabase database = MosquittoDatabaseReader.Read(file[..length]);
            Assert.True(ends.Contains(length) == database.IsComplete, $"cut at {length}: {database.Damage}");
            Assert.True(Count(database) >= last, $"cut at {length}: less than before");
            last = Count(database);
        }

        Assert.Equal(Count(whole), last);
    }

    private static void AssertBits(byte[] file)
    {
        int whole = Count(MosquittoDatabaseReader.Read(file));
        for (int bit = 0; bit < file.Length * 8; bit++)
        {
            byte[] turned = [.. file];
            turned[bit / 8] ^= (byte)(1 << (bit % 8));
            if (TryRead(turned) is { } database)
            {
                Assert.True(Count(database) <= whole, $"bit {bit}");
            }
        }
    }

    private static MosquittoDatabase? TryRead(byte[] file)
    {
        try
        {
            return MosquittoDatabaseReader.Read(file);
        }
        catch (StoreException)
        {
            return null;
        }
    }

    private static int Count(MosquittoDatabase database) =>
        database.Clients.Count + database.Subscriptions.Count + database.Messages.Count
        + database.ClientMessages.Count + database.Retained.Count;

    private static HashSet<int> ChunkEnds(byte[] file)
    {
        HashSet<int> ends = [HeaderSize];
        for (int end = HeaderSize; end < file.Length;)
        {
            end += 8 + ((file[end + 6] << 8) | file[end + 7]);
            ends.Add(end);
        }

        return ends;
    }
}

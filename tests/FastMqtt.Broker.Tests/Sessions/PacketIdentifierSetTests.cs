// The set of QoS 2 identifiers against HashSet, over the whole range.

using FastMqtt.Broker.Sessions;
using Xunit;

namespace FastMqtt.Broker.Tests.Sessions;

public sealed class PacketIdentifierSetTests
{
    [Fact]
    public void Every_identifier_can_be_in_it()
    {
        var set = new PacketIdentifierSet();
        for (int id = 1; id <= ushort.MaxValue; id++)
        {
            Assert.False(set.Contains((ushort)id));
            Assert.True(set.Add((ushort)id));
            Assert.False(set.Add((ushort)id));
        }

        Assert.Equal(ushort.MaxValue, set.Count);
        for (int id = ushort.MaxValue; id >= 1; id--)
        {
            Assert.True(set.Remove((ushort)id));
            Assert.False(set.Remove((ushort)id));
        }

        Assert.Equal(0, set.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_operations_agree_with_a_hash_set(int seed)
    {
        var random = new Random(seed);
        var set = new PacketIdentifierSet();
        var model = new HashSet<ushort>();
        for (int step = 0; step < 50_000; step++)
        {
            ushort id = (ushort)random.Next(1, random.Next(2) == 0 ? 70 : 65_536);
            bool agrees = random.Next(3) switch
            {
                0 => set.Add(id) == model.Add(id),
                1 => set.Remove(id) == model.Remove(id),
                _ => set.Contains(id) == model.Contains(id),
            };
            Assert.True(agrees && set.Count == model.Count, $"seed {seed} step {step} id {id}");
        }
    }
}

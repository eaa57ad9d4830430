// The cache of verdicts never says anything but what it was told, whatever it has to forget.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Topics;
using Xunit;

namespace FastMqtt.Broker.Tests.Access;

public sealed class VerdictCacheTests
{
    private readonly TopicHasher _hasher = new(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_agrees_with_a_dictionary(int seed)
    {
        var random = new Random(seed);
        var cache = new VerdictCache();
        Dictionary<(AccessKind, string), (bool Allowed, long Until)> model = [];
        int known = 0;
        for (int i = 0; i < 100_000; i++)
        {
            AccessKind kind = random.Next(2) == 0 ? AccessKind.Publish : AccessKind.Receive;
            string topic = $"level/{random.Next(400)}";
            byte[] bytes = Encoding.UTF8.GetBytes(topic);
            ulong hash = _hasher.Hash(bytes);
            if (cache.Find(kind, bytes, hash, i) is { } verdict)
            {
                known++;
                (bool allowed, long until) = model[(kind, topic)];
                Assert.Equal(allowed ? AccessVerdict.Allowed : AccessVerdict.Denied, verdict);
                Assert.True(until > i, $"seed {seed}, {topic} at {i}: its time was over");
            }
            else
            {
                bool allowed = random.Next(2) == 0;
                long until = kind == AccessKind.Publish && random.Next(2) == 0 ? i + 500 : long.MaxValue;
                cache.Add(kind, bytes, hash, allowed, until);
                model[(kind, topic)] = (allowed, until);
            }
        }

        Assert.InRange(known, 40_000, 100_000); // 256 places for 400 topics: it remembers most of the time
        cache.Clear();
        Assert.All(model.Keys, key =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(key.Item2);
            Assert.Null(cache.Find(key.Item1, bytes, _hasher.Hash(bytes), 0));
        });
    }

    [Fact]
    public void Nothing_is_forgotten_when_it_grows()
    {
        for (ulong third = 2; third < 200; third++)
        {
            var cache = new VerdictCache();
            cache.Add(AccessKind.Publish, "a"u8, 0, true, long.MaxValue);
            cache.Add(AccessKind.Publish, "b"u8, 1, true, long.MaxValue);
            cache.Add(AccessKind.Publish, "c"u8, third, true, long.MaxValue); // it may have to grow more than once
            Assert.Equal(AccessVerdict.Allowed, cache.Find(AccessKind.Publish, "a"u8, 0, 0));
            Assert.Equal(AccessVerdict.Allowed, cache.Find(AccessKind.Publish, "b"u8, 1, 0));
            Assert.Equal(AccessVerdict.Allowed, cache.Find(AccessKind.Publish, "c"u8, third, 0));
        }
    }

    [Fact]
    public void Topics_with_the_same_hash_are_kept_apart()
    {
        var cache = new VerdictCache();
        cache.Add(AccessKind.Publish, "allowed"u8, 7, true, long.MaxValue);
        Assert.Null(cache.Find(AccessKind.Publish, "other"u8, 7, 0));
        cache.Add(AccessKind.Publish, "other"u8, 7, false, long.MaxValue);
        Assert.Equal(AccessVerdict.Allowed, cache.Find(AccessKind.Publish, "allowed"u8, 7, 0));
        Assert.Equal(AccessVerdict.Denied, cache.Find(AccessKind.Publish, "other"u8, 7, 0));
    }
}

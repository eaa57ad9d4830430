// What the topic tests need of the rest of the broker, made in one place, and the naive matcher they compare with.
using System.Text;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;
using FastMqtt.Transport.Buffers;
using Xunit;

namespace FastMqtt.Broker.Tests.Topics;

internal static class TopicFixtures
{
    public const int Dispatchers = 3;

    private static readonly string[] Levels = ["a", "b", "", "$s", "a level whose name is longer than thirty bytes"];

    // Publications of all tests: from a pool of the thread that makes them.
    [ThreadStatic]
    private static PublicationPool? _publications;

    public static Session NewSession(int dispatcher = 0, bool isConnected = true) => new(dispatcher, 1, [])
    {
        Client = isConnected ? new Client(null!, null!, 0) : null,
    };

    public static Publication NewPublication(string topic, long expiresAtMilliseconds = long.MaxValue) =>
        NewPublication(Bytes(topic), expiresAtMilliseconds);

    public static Publication NewPublication(ReadOnlySpan<byte> topic, long expiresAtMilliseconds = long.MaxValue)
    {
        _publications ??= new PublicationPool(new SlabPool());
        var message = new Message { Topic = topic, ExpiresAtMilliseconds = expiresAtMilliseconds };
        return _publications.Create(in message);
    }

    public static SubscriptionIndex NewIndex(ulong seed = 1, int shapesMax = FilterTable.ShapesMax) =>
        new(Dispatchers, seed, shapesMax);

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    public static Subscription Add(
        this SubscriptionIndex index,
        Session session,
        string filter,
        string shareName = "",
        uint identifier = 0) =>
        index.Add(session, Bytes(shareName), Bytes(filter), new SubscriptionOptions(1), identifier);

    // The filters of the chains that match, in order.
    public static string[] Filters(this SubscriptionIndex index, string topic)
    {
        var result = new MatchResult();
        index.Match(Bytes(topic), result);
        return result.Filters();
    }

    public static string[] Filters(this MatchResult result) =>
        [.. result.Chains.Take(result.ChainCount).Select(c => Text(c.Filter)).Order(StringComparer.Ordinal)];

    public static Subscription[] Subscribers(this SubscriberChain chain)
    {
        var found = new List<Subscription>();
        ulong mask = 0;
        for (int d = 0; d < Dispatchers; d++)
        {
            for (int i = 0; i < chain.ChunkCount(d); i++)
            {
                foreach (Subscription subscription in chain.Chunk(d, i))
                {
                    Assert.Equal(d, subscription.Dispatcher);
                    found.Add(subscription);
                    mask |= 1UL << d;
                }
            }
        }

        Assert.Equal(mask, chain.DispatcherMask);

        return [.. found];
    }

    // The least of several runs: the runtime itself may allocate now and then, what a loop allocates shows in every
    // run.
    public static long AllocatedBytes(Action body)
    {
        long least = long.MaxValue;
        for (int run = 0; run < 5 && least > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            body();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    public static string RandomTopic(Random random)
    {
        int count = random.Next(1, 5);
        var levels = new string[count];
        for (int i = 0; i < count; i++)
        {
            levels[i] = Levels[random.Next(random.Next(4) == 0 ? Levels.Length : 3)];
        }

        string topic = string.Join('/', levels);
        return topic.Length == 0 ? "a" : topic;
    }

    public static string RandomFilter(Random random)
    {
        string[] levels = RandomTopic(random).Split('/');
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = random.Next(4) == 0 ? "+" : levels[i];
        }

        if (random.Next(4) == 0)
        {
            levels[^1] = "#";
        }

        return string.Join('/', levels);
    }

    // The specification, word by word: section 4.7.
    public static bool IsMatch(string filter, string topic)
    {
        if (topic.StartsWith('$') && (filter.StartsWith('+') || filter.StartsWith('#')))
        {
            return false;
        }

        string[] filterLevels = filter.Split('/');
        string[] topicLevels = topic.Split('/');
        for (int i = 0; i < filterLevels.Length; i++)
        {
            if (filterLevels[i] == "#")
            {
                return topicLevels.Length >= i;
            }

            if (i >= topicLevels.Length || (filterLevels[i] != "+" && filterLevels[i] != topicLevels[i]))
            {
                return false;
            }
        }

        return filterLevels.Length == topicLevels.Length;
    }
}

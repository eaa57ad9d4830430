// Litmus: readers match, directly and through caches, while a writer adds and removes filters around them. A standing
// filter is always found; a chain that is found belongs to a matching filter; a filter is seen by every Find after Add
// returned, whatever was cached in between. With room for all shapes, and with one: then the trie is used too.
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class IndexConcurrencyTests
{
    private const int Changes = 400_000;
    private const long Changing = -1;

    [Theory]
    [InlineData(FilterTable.ShapesMax)]
    [InlineData(1)]
    public void Standing_filters_are_always_found_and_results_are_never_torn(int shapesMax)
    {
        SubscriptionIndex index = NewIndex(shapesMax: shapesMax);
        Session session = NewSession(0);
        index.Add(session, "s/stand/exact");
        index.Add(session, "s/+/exact");
        index.Add(session, "s/#");
        bool done = false;
        var failures = new Exception?[2];
        Thread[] readers = [.. Enumerable.Range(0, 2).Select(r => new Thread(() =>
            failures[r] = Record.Exception(() => Read(index, r == 0 ? null : new MatchCache(index), ref done))))];
        Array.ForEach(readers, r => r.Start());

        var random = new Random(3);
        var held = new Subscription?[300];
        for (int i = 0; i < Changes; i++)
        {
            int at = random.Next(i % 50_000 < 25_000 ? held.Length : 8);
            if (held[at] is { } subscription)
            {
                index.Remove(subscription);
                held[at] = null;
            }
            else
            {
                held[at] = index.Add(session, (at % 4) switch
                {
                    0 => $"s/stand/{at}",
                    1 => $"s/{at}/+",
                    2 => "s/stand/exact/#",
                    _ => $"s/stand{at}/exact",
                });
            }
        }

        Volatile.Write(ref done, true);
        Array.ForEach(readers, r => r.Join());
        Assert.All(failures, Assert.Null);
    }

    [Theory]
    [InlineData(FilterTable.ShapesMax)]
    [InlineData(1)]
    public void A_find_that_begins_after_the_last_change_sees_all_changes_on_any_thread(int shapesMax)
    {
        SubscriptionIndex index = NewIndex(shapesMax: shapesMax);
        // Negative while the writer changes filters; else its round and, in the low byte, how many filters there are.
        long state = Changing;
        int wrong = 0;
        bool done = false;
        var reader = new Thread(() =>
        {
            var cache = new MatchCache(index);
            for (bool last = false; !last;)
            {
                last = Volatile.Read(ref done);
                long before = Volatile.Read(ref state);
                int found = cache.Find("p/q/r"u8).ChainCount;
                bool isSettled = before >= 0 && Volatile.Read(ref state) == before;
                wrong += isSettled && found != (int)(before & 0xFF) ? 1 : 0;
            }
        });
        reader.Start();
        Change(index, ref state);
        Volatile.Write(ref done, true);
        reader.Join();
        Assert.Equal(0, wrong);
    }

    // Some changes in a row, then a moment of rest: a match that was stored between two changes must not outlive the
    // second. Nobody waits for anybody, so that a busy machine makes the test weaker and not longer.
    private static void Change(SubscriptionIndex index, ref long state)
    {
        const int Rounds = 50_000;
        string[] filters = ["p/q/r", "p/q/+", "p/#", "+/q/r", "p/+/r", "p/q/r/#"];
        Session session = NewSession(0);
        var held = new Subscription?[filters.Length];
        var random = new Random(11);
        int count = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            Interlocked.Exchange(ref state, Changing);
            for (int change = random.Next(2, 12); change > 0; change--)
            {
                int at = random.Next(held.Length);
                if (held[at] is { } subscription)
                {
                    index.Remove(subscription);
                    held[at] = null;
                    count--;
                }
                else
                {
                    held[at] = index.Add(session, filters[at]);
                    count++;
                }
            }

            Volatile.Write(ref state, ((long)round << 8) | (uint)count);
            Thread.SpinWait(20);
        }
    }

    private static void Read(SubscriptionIndex index, MatchCache? cache, ref bool done)
    {
        byte[] topic = Bytes("s/stand/exact");
        var own = new MatchResult();
        while (!Volatile.Read(ref done))
        {
            index.Match(topic, own);
            MatchResult result = cache?.Find(topic) ?? own;
            int standing = 0;
            for (int i = 0; i < result.ChainCount; i++)
            {
                ReadOnlySpan<byte> filter = result.Chains[i].Filter;
                bool isStanding = filter.SequenceEqual("s/stand/exact"u8)
                    || filter.SequenceEqual("s/+/exact"u8)
                    || filter.SequenceEqual("s/#"u8);
                Assert.True(isStanding || filter.SequenceEqual("s/stand/exact/#"u8), Text(filter));
                standing += isStanding ? 1 : 0;
            }

            Assert.Equal(3, standing);
        }
    }
}

// Litmus: readers match, directly and through caches, while a writer adds and removes filters around them. A standing
// filter is always found; a chain that is found belongs to a matching filter; a filter is seen by every Find after Add
// returned, whatever was cached in between.
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class IndexConcurrencyTests
{
    private const int Changes = 400_000;

    [Fact]
    public void Standing_filters_are_always_found_and_results_are_never_torn()
    {
        SubscriptionIndex index = NewIndex();
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

    [Fact]
    public void A_find_that_begins_after_the_last_change_sees_all_changes_on_any_thread()
    {
        const int Rounds = 20_000;
        SubscriptionIndex index = NewIndex();
        // Round number and, in the lowest bits, how many filters there are: published by the writer when a round is
        // done.
        long asked = 0;
        long answered = 0;
        int wrong = 0;
        var reader = new Thread(() =>
        {
            var cache = new MatchCache(index);
            for (int round = 1; round <= Rounds; round++)
            {
                // While the writer is at it, the reader keeps filling its cache with what is there just now.
                long question;
                while ((question = Volatile.Read(ref asked)) >> 8 < round)
                {
                    cache.Find("p/q/r"u8);
                }

                wrong += cache.Find("p/q/r"u8).ChainCount == (int)(question & 0xFF) ? 0 : 1;
                Volatile.Write(ref answered, round);
            }
        });
        reader.Start();
        Change(index, Rounds, ref asked, ref answered);
        reader.Join();
        Assert.Equal(0, wrong);
    }

    // Some changes in a row, then the question: a match that was stored between two of them must not survive the
    // second.
    private static void Change(SubscriptionIndex index, int rounds, ref long asked, ref long answered)
    {
        string[] filters = ["p/q/r", "p/q/+", "p/#", "+/q/r", "p/+/r", "p/q/r/#"];
        Session session = NewSession(0);
        var held = new Subscription?[filters.Length];
        var random = new Random(11);
        var spin = default(SpinWait);
        for (int round = 1; round <= rounds; round++)
        {
            for (int change = random.Next(2, 12); change > 0; change--)
            {
                int at = random.Next(held.Length);
                if (held[at] is { } subscription)
                {
                    index.Remove(subscription);
                    held[at] = null;
                }
                else
                {
                    held[at] = index.Add(session, filters[at]);
                }
            }

            Volatile.Write(ref asked, ((long)round << 8) | (uint)held.Count(s => s is not null));
            while (Volatile.Read(ref answered) < round)
            {
                spin.SpinOnce(-1);
            }
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

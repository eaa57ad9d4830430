// The index and the match caches against a naive matcher, with random subscribe, unsubscribe and match. Small
// alphabets, so that filters overlap, chains have many subscribers and the same filter comes and goes. With as many
// shapes as there are, with three (the rest in the trie, others each time) and with none. A failure names its seed.
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class SubscriptionIndexModel
{
    private const int SeedCount = 250;
    private const int StepCount = 150;

    [Theory]
    [InlineData(FilterTable.ShapesMax)]
    [InlineData(3)]
    [InlineData(0)]
    public void Index_and_caches_agree_with_a_naive_matcher(int shapesMax)
    {
        for (int seed = 0; seed < SeedCount; seed++)
        {
            try
            {
                new Run(seed, shapesMax).Play();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}", failure);
            }
        }
    }

    private sealed class Run
    {
        private readonly Random _random;
        private readonly SubscriptionIndex _index;
        private readonly MatchCache[] _caches;
        private readonly Session[] _sessions;
        private readonly List<Known> _known = [];
        private readonly bool _grows;

        public Run(int seed, int shapesMax)
        {
            _random = new Random(seed);
            _index = NewIndex((ulong)seed, shapesMax);
            _caches = [.. Enumerable.Range(0, Dispatchers).Select(_ => new MatchCache(_index))];
            _sessions = [.. Enumerable.Range(0, 8).Select(i => NewSession(i % Dispatchers, i % 2 == 0))];
            _grows = seed % 2 == 0;
        }

        public void Play()
        {
            for (int step = 0; step < StepCount; step++)
            {
                if (_known.Count == 0 || _random.Next(_grows ? 3 : 2) > 0)
                {
                    Subscribe();
                }
                else
                {
                    Unsubscribe(_random.Next(_known.Count));
                }

                Check(RandomTopic(_random));
            }

            while (_known.Count > 0)
            {
                Unsubscribe(_known.Count - 1);
            }

            Assert.Equal(0, _index.SubscriptionCount);
            Assert.Equal(0, _index.FilterCount);
            Assert.Equal(0, _index.Filters.ShapeCount);
            Assert.Equal(0, _index.TrieNodeCount);
        }

        private void Subscribe()
        {
            Session session = _sessions[_random.Next(_sessions.Length)];
            string filter = RandomFilter(_random);
            string share = _random.Next(4) == 0 ? $"g{_random.Next(2)}" : "";
            if (_known.Exists(k => k.Subscription.Session == session && k.Filter == filter && k.Share == share))
            {
                return;
            }

            Subscription subscription = _index.Add(session, filter, share);
            Assert.Equal(filter, Text(subscription.Filter));
            Assert.Equal(share, Text(subscription.ShareName));
            _known.Add(new Known(filter, share, subscription));
        }

        private void Unsubscribe(int i)
        {
            _index.Remove(_known[i].Subscription);
            _known.RemoveAt(i);
        }

        private void Check(string topic)
        {
            Known[] expected = [.. _known.Where(k => IsMatch(k.Filter, topic))];
            var result = new MatchResult();
            _index.Match(Bytes(topic), result);
            Compare(expected, result);
            Compare(expected, _caches[_random.Next(_caches.Length)].Find(Bytes(topic)));
        }

        private void Compare(Known[] expected, MatchResult result)
        {
            SubscriberChain[] chains = [.. result.Chains.Take(result.ChainCount)];
            Assert.Equal(expected.Select(k => k.Filter).Distinct().Order(StringComparer.Ordinal), result.Filters());

            Subscription[] plain = [.. chains.SelectMany(c => c.Subscribers())];
            var wanted = expected.Where(k => k.Share.Length == 0).Select(k => k.Subscription).ToHashSet();
            Assert.Equal(wanted.Count, plain.Length);
            Assert.True(wanted.SetEquals(plain));

            SharedGroup[] groups = [.. chains.SelectMany(c => c.Groups)];
            Assert.Equal(groups.Length > 0, result.HasGroups);
            Assert.Equal(
                expected.Where(k => k.Share.Length > 0)
                    .GroupBy(k => (k.Filter, k.Share)).Select(g => (g.Key, g.Count())).ToHashSet(),
                groups.Select(g => ((Text(g.Chain.Filter), Text(g.Name)), g.MemberCount)).ToHashSet());
            foreach (SharedGroup group in groups)
            {
                CheckPick(group);
            }
        }

        private void CheckPick(SharedGroup group)
        {
            Subscription[] members = [.. _known.Select(k => k.Subscription).Where(s => s.Group == group)];
            Subscription? picked = group.Pick(_random.Next(Dispatchers));
            Assert.Contains(picked, members);
            Assert.Equal(members.Any(m => m.Session.IsConnected), picked!.Session.IsConnected);
        }
    }

    private sealed record Known(string Filter, string Share, Subscription Subscription);
}

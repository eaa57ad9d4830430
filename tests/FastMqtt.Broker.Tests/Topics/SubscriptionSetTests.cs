// A session's set against a dictionary, by seed.
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class SubscriptionSetTests
{
    [Fact]
    public void A_set_agrees_with_a_dictionary()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            SubscriptionIndex index = NewIndex();
            Session session = NewSession();
            var set = default(SubscriptionSet);
            var model = new Dictionary<(string, string), Subscription>();
            int range = 1 + (seed % 50);
            for (int step = 0; step < 400; step++)
            {
                string filter = $"filter/{random.Next(range)}";
                string share = random.Next(3) == 0 ? "share" : "";
                Subscription? expected = model.GetValueOrDefault((share, filter));
                Assert.True(expected == set.Find(Bytes(share), Bytes(filter)), $"seed {seed} step {step}");
                if (expected is null)
                {
                    Subscription added = index.Add(session, filter, share);
                    model.Add((share, filter), added);
                    set.Add(added);
                }
                else if (random.Next(3) > 0)
                {
                    Assert.True(set.Remove(expected));
                    Assert.False(set.Remove(expected));
                    model.Remove((share, filter));
                }

                Assert.Equal(model.Count, set.Count);
            }

            var seen = new HashSet<Subscription>();
            foreach (Subscription subscription in set)
            {
                Assert.True(seen.Add(subscription));
            }

            Assert.Equal(model.Values.ToHashSet(), seen);
            set.Clear();
            Assert.Equal(0, set.Count);
        }
    }
}

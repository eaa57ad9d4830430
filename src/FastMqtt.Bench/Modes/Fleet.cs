// The publishers and subscribers of a run, made from its options but not connected.
using System.Globalization;
using FastMqtt.Bench.Engine;

namespace FastMqtt.Bench.Modes;

internal sealed class Fleet
{
    public Fleet(LoadOptions options, string role = "")
    {
        Topics = new TopicPlan(options);
        var payload = new MessagePayload(options.PayloadBytes);
        for (int i = 0; i < options.Publishers; i++)
        {
            var publisher = new Publisher(options, Topics, payload, i);
            Publishers.Add(new LoadClient(NameOf(role + "p", i)) { Publisher = publisher });
        }

        for (int i = 0; i < options.Subscribers; i++)
        {
            int subscriber = i;
            Subscribers.Add(new LoadClient(NameOf(role + "s", i))
            {
                Subscriber = SubscriberOf(options, Topics.Pairs, i),
                CleanStart = !options.HasLastingSessions,
                SubscriptionQoS = options.SubscriptionQoS,
                Filters = CountFilters(options, i),
                FilterAt = index => Topics.FilterOf(subscriber, index),
            });
        }
    }

    public TopicPlan Topics { get; }

    public List<LoadClient> Publishers { get; } = [];

    public List<LoadClient> Subscribers { get; } = [];

    /// <summary>Deliveries that everything sent so far makes.</summary>
    public long Expected
    {
        get
        {
            long expected = 0;
            foreach (LoadClient client in Publishers)
            {
                expected += client.Publisher!.Sent * client.Publisher.FanOut;
            }

            return expected;
        }
    }

    /// <summary>Grows with everything that is sent and acknowledged.</summary>
    public long Progress
    {
        get
        {
            long progress = 0;
            foreach (LoadClient client in Publishers)
            {
                progress += client.Publisher!.Sent + client.Publisher.Acknowledged;
            }

            return progress;
        }
    }

    public long Acknowledged
    {
        get
        {
            long acknowledged = 0;
            foreach (LoadClient client in Publishers)
            {
                acknowledged += client.Publisher!.Acknowledged;
            }

            return acknowledged;
        }
    }

    public bool IsAllAcknowledged
    {
        get
        {
            foreach (LoadClient client in Publishers)
            {
                if (client.Publisher!.Outstanding > 0)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Own names, so that two runs against one broker do not disturb each other.</summary>
    public static string NameOf(string role, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"fmb{Environment.ProcessId % 100_000}{role}{number}");

    /// <summary>Ends sessions that outlive their connections. Needs its subscribers' filters no more.</summary>
    public void RemoveSessions(LoadLoop loop)
    {
        foreach (LoadClient client in Subscribers)
        {
            loop.Close(client);
            client.CleanStart = true;
            client.Filters = 0;
        }

        loop.SetUp.Connect(Subscribers);
        Subscribers.ForEach(loop.Close);
    }

    private static Subscriber SubscriberOf(LoadOptions options, int pairs, int index)
    {
        if (options.Pattern != TopicPattern.Pair || options.Numbering != Numbering.None)
        {
            return new Subscriber(index, 0, options.Publishers)
            {
                Seen = options.Mode == LoadMode.Retained ? new bool[options.Numbers] : null,
            };
        }

        int first = index % pairs;
        return new Subscriber(index, first, ((options.Publishers - 1 - first) / pairs) + 1, pairs);
    }

    private static long CountFilters(LoadOptions options, int index)
    {
        if (options.Mode != LoadMode.Subscriptions)
        {
            return 1;
        }

        (int each, int rest) = Math.DivRem(options.Subscriptions, options.Subscribers);
        return each + (index < rest ? 1 : 0);
    }
}

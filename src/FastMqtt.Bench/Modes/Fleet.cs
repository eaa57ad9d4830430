// The publishers and subscribers of a run, made from its options but not connected.
using System.Globalization;
using FastMqtt.Bench.Engine;

namespace FastMqtt.Bench.Modes;

internal sealed class Fleet
{
    public Fleet(LoadOptions options)
    {
        Topics = new TopicPlan(options);
        var payload = new MessagePayload(options.PayloadBytes);
        for (int i = 0; i < options.Publishers; i++)
        {
            byte[] topic = Topics.TopicOf(i);
            var template = new MessageTemplate(i, topic, options.QoS, false, options.Version, payload);
            var expected = new ExpectedFrame(i, topic, options.DeliveryQoS, options.Version, payload);
            Publishers.Add(new LoadClient(NameOf("p", i))
            {
                Publisher = new Publisher(options, template, expected, topic, Topics.FanOutOf(i)),
            });
        }

        for (int i = 0; i < options.Subscribers; i++)
        {
            int subscriber = i;
            Subscribers.Add(new LoadClient(NameOf("s", i))
            {
                Subscriber = options.Pattern == TopicPattern.Pair
                    ? new Subscriber(i % options.Publishers, 1)
                    : new Subscriber(0, options.Publishers),
                SubscriptionQoS = options.SubscriptionQoS,
                Filters = 1,
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
}

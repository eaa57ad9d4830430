// The options of modes that publish: who to whom, at which QoS, how large.
using System.CommandLine;
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Commands;

internal sealed class MessageOptions(LoadMode mode)
{
    private const int ClientsMax = 1_000_000;
    private const int SameAsPublishers = -1;

    private readonly Option<int> _publishers = OptionFactory.Number(
        "--publishers", "-P", "N", "Publishers", 1, 1, LoadOptions.PublishersMax);

    private readonly Option<int> _subscribers =
        OptionFactory.Number("--subscribers", "-S", "N", "Subscribers", 1, 1, ClientsMax);

    private readonly Option<string> _pattern = OptionFactory.Word(
        "--topics", "-t", "Who hears whom: a topic each, one topic, a + or # over all, one Shared Subscription",
        "pair", "one", "wild", "hash", "share");

    private readonly Option<int> _qos = OptionFactory.Number("--qos", "-q", "QOS", "QoS of publishers", 0, 0, 2);

    private readonly Option<int> _subscriptionQoS = OptionFactory.Number(
        "--subscription-qos", "-Q", "QOS", "QoS of subscriptions (default: as publishers)", SameAsPublishers, 0, 2);

    private readonly Option<int> _size = OptionFactory.Number(
        "--size", "-s", "BYTES", "Bytes of payload", 64, LoadOptions.PayloadBytesMin, LoadOptions.PayloadBytesMax);

    private readonly Option<int> _window = OptionFactory.Number(
        "--window", "-w", "N", "Messages of a publisher on the way to each subscriber; 0: any",
        mode switch { LoadMode.Latency => 0, LoadMode.Seed => 10, _ => 1000 }, 0);

    private readonly Option<int> _inFlight = OptionFactory.Number(
        "--inflight", "-i", "N", "Messages of a publisher the broker has not acknowledged (QoS 1 and 2)",
        mode == LoadMode.Seed ? 10 : 100, 1, LoadOptions.InFlightMax);

    private readonly Option<int> _count = OptionFactory.Number(
        "--count", "-n", "N", "Messages of each publisher, instead of a time", mode == LoadMode.Seed ? 10_000 : 0, 1);

    private readonly Option<double> _seconds =
        OptionFactory.Real("--seconds", "-d", "SECONDS", "How long to measure", 2, 0.01, 86_400);

    private readonly Option<double> _warm =
        OptionFactory.Real("--warm", string.Empty, "SECONDS", "How long to warm up before", 0.3, 0, 3600);

    private readonly Option<double> _rate = OptionFactory.Real(
        "--rate", "-r", "N", "Messages a second of all publishers together", 1000, 0.1, 10_000_000);

    private readonly Option<int> _iterations =
        OptionFactory.Number("--iters", string.Empty, "N", "Rounds; the median counts", 5, 1, 1000);

    public void AddTo(Command command)
    {
        command.Options.Add(_publishers);
        command.Options.Add(_subscribers);
        command.Options.Add(_pattern);
        command.Options.Add(_qos);
        command.Options.Add(_subscriptionQoS);
        command.Options.Add(_size);
        command.Options.Add(_window);
        command.Options.Add(_inFlight);
        command.Options.Add(_count);
        if (mode == LoadMode.Seed)
        {
            command.Options.Add(_iterations);
            return;
        }

        command.Options.Add(_seconds);
        command.Options.Add(_warm);
        if (mode == LoadMode.Latency)
        {
            command.Options.Add(_rate);
        }
    }

    public LoadOptions Read(ParseResult parsed, LoadOptions target)
    {
        int qos = parsed.GetValue(_qos);
        int subscriptionQoS = parsed.GetValue(_subscriptionQoS);
        bool isSeed = mode == LoadMode.Seed;
        bool isSteady = mode == LoadMode.Throughput;
        LoadOptions options = target with
        {
            Publishers = parsed.GetValue(_publishers),
            Subscribers = parsed.GetValue(_subscribers),
            Pattern = PatternOf(parsed.GetRequiredValue(_pattern)),
            QoS = (QualityOfService)qos,
            SubscriptionQoS = (QualityOfService)(subscriptionQoS == SameAsPublishers ? qos : subscriptionQoS),
            PayloadBytes = parsed.GetValue(_size),
            Window = parsed.GetValue(_window),
            InFlight = parsed.GetValue(_inFlight),
            Count = parsed.GetValue(_count),
            Seconds = isSeed ? 0 : parsed.GetValue(_seconds),
            WarmSeconds = isSeed ? 0 : parsed.GetValue(_warm),
            Rate = mode == LoadMode.Latency ? parsed.GetValue(_rate) : 0,
            Iterations = isSeed ? parsed.GetValue(_iterations) : 1,
        };
        return isSteady ? options.WithBursts() : options;
    }

    private static TopicPattern PatternOf(string word) => word switch
    {
        "pair" => TopicPattern.Pair,
        "one" => TopicPattern.One,
        "wild" => TopicPattern.Wild,
        "hash" => TopicPattern.Hash,
        _ => TopicPattern.Share,
    };
}

// The options of modes that publish: who to whom, at which QoS, how large.
using System.CommandLine;
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Commands;

internal sealed class MessageOptions(LoadMode mode)
{
    private const int ClientsMax = 1_000_000;

    // What a request and its answer have outstanding.
    private const int SeedWindow = 10;

    private readonly Option<int> _publishers = OptionFactory.Number(
        "--publishers", "-P", "N", "Publishers", 1, 1, LoadOptions.PublishersMax);

    private readonly Option<int> _subscribers =
        OptionFactory.Number("--subscribers", "-S", "N", "Subscribers", 1, 1, ClientsMax);

    private readonly Option<string> _pattern = OptionFactory.Word(
        "--topics", "-t", "Who hears whom: a topic each, one topic, a + or # over all, one Shared Subscription",
        "pair", "one", "wild", "hash", "share");

    private readonly Option<int> _qos = OptionFactory.Number(
        "--qos", "-q", "QOS", "QoS of publishers", mode is LoadMode.Retained or LoadMode.Offline ? 1 : 0,
        mode == LoadMode.Offline ? 1 : 0, 2);

    private readonly Option<int> _subscriptionQoS = OptionFactory.Number(
        "--subscription-qos", "-Q", "QOS", "QoS of subscriptions (default: as publishers)",
        mode == LoadMode.Retained ? 0 : null, 0, 2);

    private readonly Option<int> _size = OptionFactory.Number(
        "--size", "-s", "BYTES", "Bytes of payload", 64, LoadOptions.PayloadBytesMin, LoadOptions.PayloadBytesMax);

    private readonly Option<int> _window = OptionFactory.Number(
        "--window", "-w", "N", "Messages of a publisher on the way to each subscriber; 0: any",
        mode == LoadMode.Seed ? SeedWindow : 1000, 0);

    private readonly Option<int> _inFlight = OptionFactory.Number(
        "--inflight", "-i", "N", "Messages of a publisher the broker has not acknowledged (QoS 1 and 2)",
        mode == LoadMode.Seed ? SeedWindow : 100, 1, LoadOptions.InFlightMax);

    private readonly Option<int> _count = OptionFactory.Number(
        "--count",
        "-n",
        "N",
        mode switch
        {
            LoadMode.Throughput => "Messages of each publisher, instead of a time",
            LoadMode.Offline => "Messages of each publisher, unless -d gives a time",
            _ => "Messages of each publisher",
        },
        mode switch { LoadMode.Seed or LoadMode.Retained => 10_000, LoadMode.Offline => 5000, _ => null },
        1,
        LoadOptions.NumbersMax);

    private readonly Option<double> _seconds = mode == LoadMode.Offline
        ? OptionFactory.Real("--seconds", "-d", "SECONDS", "How long to publish; 0: -n messages", 0, 0, 86_400)
        : OptionFactory.Real("--seconds", "-d", "SECONDS", "How long to measure", 2, 0.01, 86_400);

    private readonly Option<double> _warm =
        OptionFactory.Real("--warm", string.Empty, "SECONDS", "How long to warm up before", 0.3, 0, 3600);

    private readonly Option<double> _rate = mode == LoadMode.SubscribeStorm
        ? OptionFactory.Real("--rate", "-r", "N", "Subscribes and unsubscribes a second", 10_000, 1, 10_000_000)
        : OptionFactory.Real("--rate", "-r", "N", "Messages a second of all publishers together", 1000, 0.1, 1e7);

    private readonly Option<int> _iterations = mode == LoadMode.Retained
        ? OptionFactory.Number("--iters", string.Empty, "N", "Subscribers in turn; the median counts", 3, 1, 1000)
        : OptionFactory.Number("--iters", string.Empty, "N", "Rounds; the median counts", 5, 1, 1000);

    private readonly Option<int> _subscriptions = OptionFactory.Number(
        "--subscriptions", "-N", "N", "Subscriptions of all subscribers together", 1000, 1, LoadOptions.NumbersMax);

    private readonly Option<int> _published = OptionFactory.Number(
        "--published", string.Empty, "N", "Messages go to the first N of them only, the others wait (default: to all)",
        null, 1, LoadOptions.NumbersMax);

    private readonly Option<string> _mix = OptionFactory.Word(
        "--mix", string.Empty, "Their filters: 7 of 10 exact and the rest wildcards, or all of one kind",
        "mixed", "exact", "wild");

    // What a mode has beyond QoS and size.
    private bool HasPattern => mode is LoadMode.Throughput or LoadMode.Latency or LoadMode.Seed
        or LoadMode.SubscribeStorm or LoadMode.Offline;

    private bool HasClients => HasPattern || mode is LoadMode.Subscriptions or LoadMode.FanOutStorm;

    private bool HasWindow => HasClients && !IsScheduled && mode != LoadMode.Offline;

    private bool IsScheduled => mode is LoadMode.Latency or LoadMode.FanOutStorm;

    private bool HasCount => mode is LoadMode.Throughput or LoadMode.Seed or LoadMode.Retained or LoadMode.Offline;

    private bool HasTime => HasClients && mode != LoadMode.Seed;

    private bool HasWarm => HasTime && mode != LoadMode.Offline;

    private bool HasRate => IsScheduled || mode == LoadMode.SubscribeStorm;

    private bool HasIterations => mode is LoadMode.Seed or LoadMode.Retained;

    public void AddTo(Command command)
    {
        Add(command, HasClients, _publishers, _subscribers);
        Add(command, HasPattern, _pattern);
        Add(command, true, _qos, _size);
        Add(command, mode != LoadMode.Offline, _subscriptionQoS);
        Add(command, HasWindow, _window);
        Add(command, !IsScheduled, _inFlight);
        Add(command, HasCount, _count);
        Add(command, HasTime, _seconds);
        Add(command, HasWarm, _warm);
        Add(command, HasRate, _rate);
        Add(command, HasIterations, _iterations);
        Add(command, mode == LoadMode.Subscriptions, _subscriptions, _published, _mix);
    }

    public LoadOptions Read(ParseResult parsed, LoadOptions target)
    {
        int qos = parsed.GetValue(_qos);
        bool hasOwnQoS = mode == LoadMode.Retained || parsed.GetResult(_subscriptionQoS) is not null;
        double seconds = HasTime ? parsed.GetValue(_seconds) : 0;
        bool isTimed = mode == LoadMode.Offline && seconds > 0;
        int iterations = HasIterations ? parsed.GetValue(_iterations) : 1;
        LoadOptions options = target with
        {
            Publishers = HasClients ? parsed.GetValue(_publishers) : 1,
            Subscribers = HasClients ? parsed.GetValue(_subscribers) : mode == LoadMode.Retained ? iterations : 1,
            Pattern = HasPattern ? PatternOf(parsed.GetRequiredValue(_pattern)) : TopicPattern.Pair,
            QoS = (QualityOfService)qos,
            SubscriptionQoS = (QualityOfService)(hasOwnQoS ? parsed.GetValue(_subscriptionQoS) : qos),
            PayloadBytes = parsed.GetValue(_size),
            Window = HasWindow ? parsed.GetValue(_window) : 0,
            InFlight = IsScheduled ? LoadOptions.InFlightMax : parsed.GetValue(_inFlight),
            Count = HasCount && !isTimed ? parsed.GetValue(_count) : 0,
            Seconds = seconds,
            WarmSeconds = HasWarm ? parsed.GetValue(_warm) : 0,
            Rate = HasRate ? parsed.GetValue(_rate) : 0,
            Iterations = iterations,
        };
        if (mode == LoadMode.Subscriptions)
        {
            options = options with
            {
                Subscriptions = parsed.GetValue(_subscriptions),
                Published = parsed.GetValue(_published),
                Mix = MixOf(parsed.GetRequiredValue(_mix)),
            };
        }

        return mode is LoadMode.Throughput or LoadMode.Subscriptions or LoadMode.SubscribeStorm
            ? options.WithBursts()
            : options;
    }

    private static void Add(Command command, bool isWanted, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            if (isWanted)
            {
                command.Options.Add(option);
            }
        }
    }

    private static SubscriptionMix MixOf(string word) => word switch
    {
        "exact" => SubscriptionMix.Exact,
        "wild" => SubscriptionMix.Wild,
        _ => SubscriptionMix.Mixed,
    };

    private static TopicPattern PatternOf(string word) => word switch
    {
        "pair" => TopicPattern.Pair,
        "one" => TopicPattern.One,
        "wild" => TopicPattern.Wild,
        "hash" => TopicPattern.Hash,
        _ => TopicPattern.Share,
    };
}

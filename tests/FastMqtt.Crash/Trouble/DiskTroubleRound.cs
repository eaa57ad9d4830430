// A disk in trouble, one trouble after the other, each for some seconds and then well again. Meanwhile QoS 0 flows as
// if nothing were; what is durable waits or is refused, and is never acknowledged while it cannot be written. At the
// end the broker is killed, and everything acknowledged is there: also for a subscriber that was away all the time.
using System.Diagnostics;
using FastMqtt.Crash.Brokers;
using FastMqtt.Crash.Checks;
using FastMqtt.Crash.Clients;
using FastMqtt.Crash.Ledgers;
using FastMqtt.Crash.Power;
using FastMqtt.Crash.Rounds;

namespace FastMqtt.Crash.Trouble;

internal sealed class DiskTroubleRound : IDisposable
{
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HealthyTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TroubleTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(250);

    // The machine is shared: a few late ones are its doing, a broker that waits for a sync of 500 ms is not among them.
    private static readonly TimeSpan LatencyBound = TimeSpan.FromMilliseconds(50);
    private const double LatencyShare = 0.95;
    private const int LinesMax = 3;
    private const int Window = 5;

    // Between two messages of a publisher: one that is away for all of it must be able to catch up at the end.
    private static readonly TimeSpan PublishInterval = TimeSpan.FromMilliseconds(2);

    private readonly CrashOptions _options;
    private readonly Random _random;
    private readonly RoundResult _result;
    private readonly Ledger _ledger;
    private readonly Shim _shim;
    private readonly BrokerSettings _settings;
    private readonly Fleet _fleet;
    private readonly Clock _clock = new();
    private readonly List<string> _figures = [];
    private readonly long[] _lastPublished;

    public DiskTroubleRound(CrashOptions options, int seed, string root)
    {
        _options = options;
        _random = new Random(seed);
        _result = new RoundResult { Seed = seed, Root = root };
        _shim = new Shim(root);
        _settings = new BrokerSettings
        {
            Command = options.Broker,
            Root = root,
            EndPoint = FreePort.Choose(),
            Persistence = options.Persistence,
            Dispatchers = 1,
            Lines = options.Lines,
        };
        _ledger = CreateLedger();
        _fleet = new Fleet(_ledger, _clock, _random, _settings.EndPoint);
        _lastPublished = new long[_fleet.Publishers.Length];
    }

    public void Dispose()
    {
        _fleet.Dispose();
        _shim.Dispose();
    }

    public RoundResult Run()
    {
        _settings.Write();
        using (BrokerProcess broker = Start(_shim.Environment(_settings.Store, withJournal: false)))
        {
            if (_result.Passed)
            {
                Go(broker);
            }

            broker.Kill();
            _fleet.ReadToTheEnd();
        }

        using (BrokerProcess again = Start([]))
        {
            if (!_fleet.Drain(Fleet.DrainBound, () => again.HasFailed))
            {
                _result.Complaints.Add("not everything came", "after the restart nothing more comes");
            }

            _fleet.Settle(SettleTime);
            _result.Complaints.Add("log after the restart", again.Damage());
        }

        new DeliveryCheck(_ledger).Run(_result.Complaints);
        _result.Complaints.Add("protocol", _ledger.Complaints);
        int refused = _ledger.Messages.Count(message => message.RefusedAt is not null);
        _result.Figures = $"{_ledger.Messages.Count} published, {_ledger.AcknowledgedCount} acknowledged, "
            + $"{refused} refused; {string.Join("; ", _figures)}";
        return _result;
    }

    // One publisher and one subscriber of each version, and one subscriber that is away.
    private static Ledger CreateLedger() => new()
    {
        Publishers =
        [
            new ClientRecord { Name = "publisher-3", Version = ProtocolVersion.Mqtt311 },
            new ClientRecord { Name = "publisher-5", Version = ProtocolVersion.Mqtt5 },
        ],
        Subscribers =
        [
            CreateSubscriber("subscriber-3", ProtocolVersion.Mqtt311),
            CreateSubscriber("subscriber-5", ProtocolVersion.Mqtt5),
            CreateSubscriber("absent", ProtocolVersion.Mqtt5),
        ],
    };

    private static SubscriberRecord CreateSubscriber(string name, ProtocolVersion version) => new()
    {
        Name = name,
        Version = version,
        Stable = [("t/#", QualityOfService.ExactlyOnce)],
        Changing = [],
    };

    private BrokerProcess Start(Dictionary<string, string> environment)
    {
        BrokerProcess broker = BrokerProcess.Start(_settings with { Environment = environment });
        if (!broker.WaitUntilReady(StartBound))
        {
            _result.Complaints.Add("broker", $"does not start; its log is {_settings.LogPath}");
        }

        return broker;
    }

    private void Go(BrokerProcess broker)
    {
        if (!_fleet.Drain(Fleet.DrainBound, () => broker.HasFailed))
        {
            _result.Complaints.Add("not everything came", "before any trouble");
            return;
        }

        if (_shim.Syncs == 0)
        {
            _result.Complaints.Add("shim", "no sync was seen: is the broker a dynamic one, and persistent?");
        }

        _fleet.Subscribers[^1].Drop(politely: true);
        using var pair = new QoS0Pair(_settings.EndPoint);
        foreach (Publisher publisher in _fleet.Publishers)
        {
            publisher.MayBeRefused = true;
        }

        Serve(pair, HealthyTime, broker);
        foreach (Trouble trouble in Trouble.All)
        {
            GoThrough(trouble, pair, broker);
        }

        if (broker.HasFailed)
        {
            _result.Complaints.Add("broker", "ended by itself");
        }
    }

    private void GoThrough(Trouble trouble, QoS0Pair pair, BrokerProcess broker)
    {
        int lines = broker.Troubles().Count;
        pair.Begin();
        Moment begin = _clock.Now();
        _shim.SyncDelayMilliseconds = trouble.SyncDelayMilliseconds;
        _shim.Error = trouble.Error;
        int first = _ledger.Messages.Count;
        Serve(pair, TroubleTime, broker);
        Moment end = _clock.Now();
        _shim.SyncDelayMilliseconds = 0;
        _shim.Error = 0;
        TimeSpan recovery = Recover(trouble, pair, broker);
        Check(trouble, pair, first, begin, end);
        lines = broker.Troubles().Count - lines;
        if (lines > LinesMax || (trouble.Fails && lines == 0))
        {
            _result.Complaints.Add("log", $"{trouble.Name}: {lines} lines of Warning or Error");
        }

        _figures.Add($"{trouble.Name}: QoS 0 p95 {pair.Percentile(LatencyShare).TotalMilliseconds:F1} ms, "
            + $"well after {recovery.TotalMilliseconds:F0} ms, {lines} lines");
    }

    // Until every publisher has its answers; new messages come again only then.
    private TimeSpan Recover(Trouble trouble, QoS0Pair pair, BrokerProcess broker)
    {
        long started = Stopwatch.GetTimestamp();
        while (_fleet.Publishers.Any(publisher => publisher.InFlightCount > 0))
        {
            if (Stopwatch.GetElapsedTime(started) > Fleet.DrainBound || broker.HasFailed || !pair.IsOpen)
            {
                _result.Complaints.Add("not well again", $"{trouble.Name}: publishers still wait for their answers");
                break;
            }

            Acknowledge();
            pair.Turn(sends: false);
            _fleet.Turn();
        }

        TimeSpan recovery = Stopwatch.GetElapsedTime(started);
        Serve(pair: null, HealthyTime / 2, broker);
        pair.Turn(sends: false);
        return recovery;
    }

    private void Check(Trouble trouble, QoS0Pair pair, int first, Moment begin, Moment end)
    {
        if (pair.Percentile(LatencyShare) > LatencyBound)
        {
            _result.Complaints.Add(
                "QoS 0 is late", $"{trouble.Name}: p95 is {pair.Percentile(LatencyShare).TotalMilliseconds:F1} ms");
        }

        if (pair.ReceivedCount != pair.SentCount)
        {
            _result.Complaints.Add(
                "QoS 0 is lost", $"{trouble.Name}: {pair.ReceivedCount} of {pair.SentCount} came");
        }

        // Nothing sent while nothing could be written may have been acknowledged before it could.
        Message[] sent = [.. _ledger.Messages.Skip(first).Where(message => begin < message.SentAt)];
        if (trouble.Fails)
        {
            _result.Complaints.Add(
                "acknowledged without a disk",
                sent.Where(message => message.AcknowledgedAt < end).Select(message => $"{trouble.Name}: {message}"));
        }
        else if (!sent.Any(message => message.CompletedAt < end))
        {
            _result.Complaints.Add("no answer", $"{trouble.Name}: no publisher was answered before the disk was well");
        }
    }

    // Clients that the broker has disconnected come back. The absent one does not.
    private void Serve(QoS0Pair? pair, TimeSpan time, BrokerProcess broker)
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time && !broker.HasFailed)
        {
            foreach (Client client in _fleet.Publishers.Concat<Client>(_fleet.Subscribers[..^1]))
            {
                if (client.IsOffline)
                {
                    client.Connect(_settings.EndPoint);
                }
            }

            for (int i = 0; i < _lastPublished.Length; i++)
            {
                Publish(_fleet.Publishers[i], ref _lastPublished[i]);
            }

            Acknowledge();
            pair?.Turn(sends: true);
            _fleet.Turn();
            pair?.Turn(sends: false);
        }
    }

    private void Publish(Publisher publisher, ref long last)
    {
        bool isTime = Stopwatch.GetElapsedTime(last) >= PublishInterval;
        if (isTime && publisher.IsOnline && publisher.InFlightCount < Window)
        {
            last = Stopwatch.GetTimestamp();
            QualityOfService qos = Topics.ChooseQoS(_random.Next(2));
            int size = Topics.ChooseSize(_random, mayClear: false);
            publisher.Publish(Topics.ChoosePlain(_random), qos, retain: false, size, Window);
        }
    }

    private void Acknowledge()
    {
        foreach (Subscriber subscriber in _fleet.Subscribers)
        {
            subscriber.Acknowledge(int.MaxValue);
        }
    }
}

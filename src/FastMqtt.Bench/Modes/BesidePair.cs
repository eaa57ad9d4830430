// A QoS 0 pair at a fixed rate whose latency tells what the load beside it does to everybody else. It has a loop of its
// own, and beside a load a thread of its own, so that its latency is that of the broker and not of this program.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Report;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Bench.Modes;

internal sealed class BesidePair : IDisposable
{
    private const int WaitMilliseconds = 20;
    private const double WarmSeconds = 0.2;

    private readonly LoadOptions _options;
    private readonly LoadLoop _loop;
    private readonly Fleet _fleet;
    private volatile bool _isOver;
    private BenchException? _failure;
    private Thread? _thread;

    public BesidePair(LoadOptions options)
    {
        _options = options with
        {
            Mode = LoadMode.Latency,
            Publishers = 1,
            Subscribers = 1,
            Pattern = TopicPattern.Pair,
            QoS = QualityOfService.AtMostOnce,
            SubscriptionQoS = QualityOfService.AtMostOnce,
            IsPersistent = false,
            Window = 0,
            Count = 0,
            Rate = options.BesideRate,
            Progress = false,
            TopicPrefix = options.TopicPrefix + "beside/",
        };
        _loop = new LoadLoop(_options);
        _fleet = new Fleet(_options, "b");
    }

    public void Connect()
    {
        _loop.Deliveries.Use(_fleet.Publishers);
        _loop.SetUp.Connect(_fleet.Subscribers);
        _loop.SetUp.Connect(_fleet.Publishers);
    }

    /// <summary>Publishes for so long on the caller's thread.</summary>
    public void Measure(double seconds)
    {
        long begin = Clock.Now;
        long recordFrom = begin + Clock.FromSeconds(WarmSeconds);
        long end = recordFrom + Clock.FromSeconds(seconds);
        var schedule = Begin(begin, recordFrom, end);
        while (Clock.Now < end)
        {
            schedule.Turn(end);
        }
    }

    /// <summary>Publishes on a thread of its own until <see cref="Stop"/>.</summary>
    public void Start()
    {
        _isOver = false;
        _thread = new Thread(PublishUntilOver) { Name = "pair", IsBackground = true };
        _thread.Start();
    }

    public void Stop()
    {
        Join();
        if (_failure is not null)
        {
            throw _failure;
        }
    }

    /// <summary>Writes the latencies since the last call and forgets them.</summary>
    public void AddTo(LoadReport report, string prefix)
    {
        Verdict.AddLatencies(report, _loop.Deliveries.Latencies, prefix);
        _loop.Deliveries.Latencies.Clear();
    }

    /// <summary>Whether every message arrived once and in order.</summary>
    public bool Check(LoadReport report)
    {
        bool isDrained = new Drain(_options, _loop, _fleet).Wait(0);
        LoadCounters counters = _loop.Counters;
        report.Add("pair_msgs", counters.Received);
        report.Add("late_sends", counters.LateSends);
        return isDrained && counters.Received == _fleet.Expected
            && counters.Lost + counters.Repeated + counters.Reordered == 0;
    }

    public void Dispose()
    {
        Join();
        _loop.Dispose();
    }

    private void Join()
    {
        _isOver = true;
        _thread?.Join();
    }

    private Schedule Begin(long begin, long recordFrom, long end)
    {
        _loop.Deliveries.RecordFrom = recordFrom;
        var schedule = new Schedule(_options, _loop, _fleet.Publishers);
        schedule.Start(begin, end);
        return schedule;
    }

    private void PublishUntilOver()
    {
        try
        {
            PreciseTiming.TightenTimers();
            long begin = Clock.Now;
            Schedule schedule = Begin(begin, begin, long.MaxValue);
            while (!_isOver)
            {
                schedule.Turn(Clock.Now + (WaitMilliseconds * Clock.SecondNanoseconds / 1000));
            }
        }
        catch (BenchException failure)
        {
            _failure = failure;
        }
    }
}

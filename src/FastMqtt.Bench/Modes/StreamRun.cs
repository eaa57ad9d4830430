// Throughput and latency: connect, warm up, measure for a time or a count, stop sending, and wait for the rest.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Report;

namespace FastMqtt.Bench.Modes;

internal sealed class StreamRun(LoadOptions options, LoadLoop loop, Fleet fleet)
{
    private const int WaitMilliseconds = 20;

    private readonly LoadCounters _counters = loop.Counters;
    private readonly Schedule _schedule = new(options, loop, fleet.Publishers);
    private CpuSpan? _cpu;
    private long _received;
    private double _seconds;

    public LoadReport Run()
    {
        var broker = new BrokerMeter(options.BrokerProcess);
        broker.ResetPeak();
        loop.Deliveries.Use(fleet.Publishers);
        var memory = new MemorySpan(broker);
        double subscribing = loop.SetUp.Connect(fleet.Subscribers);
        memory.End();
        loop.SetUp.Connect(fleet.Publishers);
        bool isDrained = options.Count > 0 ? MeasureCount(broker) : MeasureTime(broker);
        if (options.IsPersistent)
        {
            fleet.RemoveSessions(loop);
        }

        LoadReport report = Verdict.Begin(options);
        report.Add("msgs", _received);
        report.Add("wall_s", _seconds, 4);
        report.Add("rate", _received / _seconds, 0);
        if (options.Mode == LoadMode.Latency)
        {
            report.Add("target_rate", options.Rate, 0);
            report.Add("late_sends", _counters.LateSends);
        }

        if (options.Mode == LoadMode.Subscriptions)
        {
            report.Add("nsubs", options.Subscriptions);
            report.Add("published", options.Numbers);
            report.Add("mix", ModeNames.Of(options.Mix));
            report.Add("subscribe_rate", options.Subscriptions / subscribing, 0);
            memory.AddTo(report, options.Subscriptions, "sub");
        }

        _cpu!.AddTo(report, _seconds, _received);
        report.Add("window", options.Window);
        report.Add("inflight", options.IsAcknowledged ? options.InFlight : 0);
        report.Add("reads_per_msg", _counters.Receives / (_counters.Received + 1.0), 3);
        report.Add("writes_per_msg", _counters.Sends / (_counters.Received + 1.0), 3);
        Verdict.AddLatencies(report, loop.Deliveries.Latencies);
        Verdict.Judge(report, fleet, loop, isDrained);
        return report;
    }

    private bool MeasureCount(BrokerMeter broker)
    {
        loop.Deliveries.RecordFrom = 0;
        loop.CountMax = options.Count;
        _cpu = new CpuSpan(broker);
        loop.StartPublishers(fleet.Publishers);
        bool isDrained = new Drain(options, loop, fleet).Wait(options.Count);
        _cpu.End();
        _received = _counters.Received;
        _seconds = Clock.ToSeconds(_counters.LastReceived - _counters.FirstSent);
        return isDrained;
    }

    private bool MeasureTime(BrokerMeter broker)
    {
        long begin = Clock.Now;
        long recordFrom = begin + Clock.FromSeconds(options.WarmSeconds);
        loop.Deliveries.RecordFrom = recordFrom;
        loop.CountMax = long.MaxValue;
        _schedule.Start(begin, recordFrom + Clock.FromSeconds(options.Seconds));
        if (options.Mode != LoadMode.Latency)
        {
            loop.StartPublishers(fleet.Publishers);
        }

        TurnUntil(recordFrom);
        _cpu = new CpuSpan(broker);
        long from = Clock.Now;
        long before = _counters.Received;
        TurnUntil(from + Clock.FromSeconds(options.Seconds));
        _received = _counters.Received - before;
        _seconds = Clock.ToSeconds(Clock.Now - from);
        _cpu.End();
        loop.CountMax = 0;
        return new Drain(options, loop, fleet).Wait(0);
    }

    private void TurnUntil(long end)
    {
        while (Clock.Now < end)
        {
            if (options.Mode == LoadMode.Latency)
            {
                _schedule.Turn(end);
            }
            else
            {
                loop.TurnAndPublish(WaitMilliseconds);
            }
        }
    }
}

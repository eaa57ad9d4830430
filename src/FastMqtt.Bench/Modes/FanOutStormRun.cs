// Some pairs at a fixed rate, alone and then beside publishes to one topic of very many subscribers: what one large
// fan-out does to the latency of everybody else. The many are served by a thread of their own, so that the pairs'
// latency is that of the broker and not of this program.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Report;
using FastMqtt.Transport;

namespace FastMqtt.Bench.Modes;

internal sealed class FanOutStormRun(LoadOptions options, LoadLoop loop, Fleet fleet)
{
    private const int WaitMilliseconds = 20;

    private volatile bool _isOver;
    private BenchException? _failure;
    private bool _isLargeDrained;

    public LoadReport Run()
    {
        LoadOptions large = options with
        {
            Pattern = TopicPattern.One,
            Publishers = 1,
            Subscribers = options.Connections,
            Rate = options.LargeRate,
            Progress = false,
        };
        var broker = new BrokerMeter(options.BrokerProcess);
        broker.ResetPeak();
        using var largeLoop = new LoadLoop(large);
        var largeFleet = new Fleet(large, "f");
        largeLoop.Deliveries.Use(largeFleet.Publishers);
        largeLoop.SetUp.Connect(largeFleet.Subscribers);
        largeLoop.SetUp.Connect(largeFleet.Publishers);
        loop.Deliveries.Use(fleet.Publishers);
        loop.SetUp.Connect(fleet.Subscribers);
        loop.SetUp.Connect(fleet.Publishers);

        // An idle thread reads what comes; then the same thread publishes.
        Measure();
        var report = new LoadReport();
        Head(report);
        Verdict.AddLatencies(report, loop.Deliveries.Latencies, "alone_");
        loop.Deliveries.Latencies.Clear();
        var thread = new Thread(() => Storm(large, largeLoop, largeFleet)) { Name = "fan-out", IsBackground = true };
        thread.Start();
        var cpu = new CpuSpan(broker);
        long before = loop.Counters.Received;
        double seconds = Measure();
        long received = loop.Counters.Received - before;
        cpu.End();
        _isOver = true;
        thread.Join();
        if (_failure is not null)
        {
            throw _failure;
        }

        report.Add("msgs", received);
        report.Add("wall_s", seconds, 4);
        report.Add("rate", received / seconds, 0);
        report.Add("late_sends", loop.Counters.LateSends);
        report.Add("large_deliveries", largeLoop.Counters.Received);
        report.Add("large_rate", largeLoop.Counters.Received / seconds, 0);
        cpu.AddTo(report, seconds, received + largeLoop.Counters.Received);
        Verdict.AddLatencies(report, loop.Deliveries.Latencies);
        Verdict.AddLatencies(report, largeLoop.Deliveries.Latencies, "large_");
        bool isDrained = new Drain(options, loop, fleet).Wait(0) && _isLargeDrained
            && largeLoop.Counters.Lost + largeLoop.Counters.Repeated + largeLoop.Counters.Reordered == 0
            && largeLoop.Counters.Received == largeFleet.Expected;
        Verdict.Judge(report, fleet, loop, isDrained);
        return report;
    }

    private void Head(LoadReport report)
    {
        foreach ((string name, object value) in Verdict.Begin(options).Fields)
        {
            if (value is long number)
            {
                report.Add(name, number);
            }
            else
            {
                report.Add(name, $"{value}");
            }
        }

        report.Add("conns", options.Connections);
        report.Add("target_large_rate", options.LargeRate, 1);
    }

    private double Measure()
    {
        var schedule = new Schedule(options, loop, fleet.Publishers);
        long begin = Clock.Now;
        long recordFrom = begin + Clock.FromSeconds(options.WarmSeconds);
        long end = recordFrom + Clock.FromSeconds(options.Seconds);
        loop.Deliveries.RecordFrom = recordFrom;
        schedule.Start(begin, end);
        while (Clock.Now < end)
        {
            schedule.Turn(end);
        }

        return Clock.ToSeconds(Clock.Now - begin);
    }

    private void Storm(LoadOptions large, LoadLoop largeLoop, Fleet largeFleet)
    {
        try
        {
            PreciseTiming.TightenTimers();
            largeLoop.Deliveries.RecordFrom = 0;
            var schedule = new Schedule(large, largeLoop, largeFleet.Publishers);
            schedule.Start(Clock.Now, long.MaxValue);
            while (!_isOver)
            {
                schedule.Turn(Clock.Now + (WaitMilliseconds * Clock.SecondNanoseconds / 1000));
            }

            _isLargeDrained = new Drain(large, largeLoop, largeFleet).Wait(0);
        }
        catch (BenchException failure)
        {
            _failure = failure;
        }
    }
}

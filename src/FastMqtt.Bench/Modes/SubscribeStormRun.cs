// Steady traffic alone, then the same beside a storm of subscribes and unsubscribes: how much of the rate is left.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Report;

namespace FastMqtt.Bench.Modes;

internal sealed class SubscribeStormRun(LoadOptions options, LoadLoop loop, Fleet fleet)
{
    private const int WaitMilliseconds = 1;
    private const double Percent = 100;

    public LoadReport Run()
    {
        var broker = new BrokerMeter(options.BrokerProcess);
        broker.ResetPeak();
        var storm = new SubscribeStorm(options, loop);
        loop.Deliveries.Use(fleet.Publishers);
        loop.SetUp.Connect(fleet.Subscribers);
        loop.SetUp.Connect(fleet.Publishers);
        storm.Connect();
        loop.CountMax = long.MaxValue;
        loop.StartPublishers(fleet.Publishers);
        _ = Measure(options.WarmSeconds, null, out _);
        var cpuAlone = new CpuSpan(broker);
        double alone = Measure(options.Seconds, null, out double secondsAlone);
        cpuAlone.End();
        double aloneP99 = StartRecording();
        storm.Start();
        _ = Measure(options.WarmSeconds, storm, out _);
        loop.Deliveries.Latencies.Clear();
        long done = storm.Done;
        var cpu = new CpuSpan(broker);
        double beside = Measure(options.Seconds, storm, out double seconds);
        cpu.End();
        double storming = (storm.Done - done) / seconds;
        loop.CountMax = 0;
        bool isDrained = new Drain(options, loop, fleet).Wait(0);

        LoadReport report = Verdict.Begin(options);
        report.Add("msgs", (long)(beside * seconds));
        report.Add("wall_s", seconds, 4);
        report.Add("rate_alone", alone, 0);
        report.Add("rate", beside, 0);
        report.Add("rate_left_pct", beside / alone * Percent, 1);
        report.Add("target_subscribe_rate", options.Rate, 0);
        report.Add("subscribe_rate", storming, 0);
        report.Add("p99_alone_us", aloneP99, 1);
        if (broker.IsKnown)
        {
            // Beside it the storm's own work is in the CPU of a message, so that the two say what it costs the others
            // on a machine whose rates come and go.
            report.Add("broker_us_per_msg_alone", cpuAlone.BrokerMicroseconds / (alone * secondsAlone), 3);
        }

        cpu.AddTo(report, seconds, beside * seconds);
        Verdict.AddLatencies(report, loop.Deliveries.Latencies);
        Verdict.Judge(report, fleet, loop, isDrained);
        return report;
    }

    private double StartRecording()
    {
        const double Microsecond = 1000;
        double p99 = loop.Deliveries.Latencies.Percentile(0.99) / Microsecond;
        loop.Deliveries.Latencies.Clear();
        return p99;
    }

    // Returns messages a second.
    private double Measure(double forSeconds, SubscribeStorm? storm, out double seconds)
    {
        loop.Deliveries.RecordFrom = Clock.Now;
        long begin = Clock.Now;
        long end = begin + Clock.FromSeconds(forSeconds);
        long before = loop.Counters.Received;
        while (Clock.Now < end)
        {
            storm?.Turn();
            loop.TurnAndPublish(WaitMilliseconds);
        }

        seconds = Clock.ToSeconds(Clock.Now - begin);
        return (loop.Counters.Received - before) / seconds;
    }
}

// Rounds of so many messages with a small window, end to end: the shape of a request and its answer. The first round
// warms up, the median of the others counts.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Report;

namespace FastMqtt.Bench.Modes;

internal sealed class SeedRun(LoadOptions options, LoadLoop loop, Fleet fleet)
{
    public LoadReport Run()
    {
        var broker = new BrokerMeter(options.BrokerProcess);
        loop.Deliveries.Use(fleet.Publishers);
        loop.SetUp.Connect(fleet.Subscribers);
        loop.SetUp.Connect(fleet.Publishers);
        broker.ResetPeak();
        var drain = new Drain(options, loop, fleet);
        bool isDrained = Round(drain, out _);
        loop.Deliveries.RecordFrom = 0;
        var rates = new double[options.Iterations];
        double seconds = 0;
        long before = loop.Counters.Received;
        var cpu = new CpuSpan(broker);
        int rounds = 0;
        while (rounds < rates.Length && isDrained)
        {
            isDrained = Round(drain, out double roundSeconds);
            rates[rounds++] = options.Count * options.Publishers / roundSeconds;
            seconds += roundSeconds;
        }

        cpu.End();
        rates.AsSpan(0, rounds).Sort();
        long received = loop.Counters.Received - before;
        LoadReport report = Verdict.Begin(options);
        report.Add("msgs", received);
        report.Add("wall_s", seconds, 4);
        report.Add("rate", rounds > 0 ? rates[rounds / 2] : 0, 0);
        report.Add("rate_best", rounds > 0 ? rates[rounds - 1] : 0, 0);
        report.Add("rounds", rounds);
        report.Add("window", options.Window);
        cpu.AddTo(report, seconds, received);
        Verdict.AddLatencies(report, loop.Deliveries.Latencies);
        Verdict.Judge(report, fleet, loop, isDrained);
        return report;
    }

    private bool Round(Drain drain, out double seconds)
    {
        loop.Counters.FirstSent = 0;
        loop.CountMax += options.Count;
        loop.StartPublishers(fleet.Publishers);
        bool isDrained = drain.Wait(loop.CountMax);
        seconds = Clock.ToSeconds(loop.Counters.LastReceived - loop.Counters.FirstSent);
        return isDrained;
    }
}

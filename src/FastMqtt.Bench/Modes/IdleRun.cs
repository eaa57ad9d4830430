// Clients that do nothing, each with one subscription: memory and CPU while they are idle. Then one message for each,
// which must arrive, then all leave, and what memory the broker still has.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Report;

namespace FastMqtt.Bench.Modes;

internal sealed class IdleRun(LoadOptions options, LoadLoop loop, Fleet fleet)
{
    // A broker gives memory back when it has seen that its clients are gone.
    private const double SettleSeconds = 1;

    public LoadReport Run()
    {
        var broker = new BrokerMeter(options.BrokerProcess);
        broker.ResetPeak();
        loop.Deliveries.Use(fleet.Publishers);
        loop.SetUp.Connect(fleet.Publishers);
        var memory = new MemorySpan(broker);
        var cpu = new CpuSpan(broker);
        double seconds = loop.SetUp.Connect(fleet.Subscribers);
        cpu.End();
        var idle = new CpuSpan(broker);
        StormRun.Hold(loop, options.HoldSeconds);
        idle.End();
        memory.End();

        loop.Deliveries.RecordFrom = 0;
        loop.CountMax = options.Connections;
        loop.StartPublishers(fleet.Publishers);
        bool isDrained = new Drain(options, loop, fleet).Wait(options.Connections);
        LoadReport report = StormRun.Begin(options, seconds);
        cpu.AddTo(report, seconds, options.Connections);
        memory.AddTo(report, options.Connections, "conn");
        StormRun.AddIdle(report, options, broker, idle);
        report.Add("delivered", loop.Counters.Received);
        Verdict.AddLatencies(report, loop.Deliveries.Latencies);

        long begin = Clock.Now;
        fleet.Subscribers.ForEach(loop.Close);
        report.Add("leave_s", Clock.ToSeconds(Clock.Now - begin), 4);
        StormRun.Hold(loop, SettleSeconds);
        if (broker.IsKnown)
        {
            report.Add("rss_left_kb", broker.ResidentKilobytes);
        }

        Verdict.Judge(report, fleet, loop, isDrained);
        return report;
    }
}

// Connections, so many being opened at a time: how fast, and what each costs the broker in CPU, and in memory once all
// have been idle for a while.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Report;

namespace FastMqtt.Bench.Modes;

internal sealed class StormRun(LoadOptions options, LoadLoop loop)
{
    private const int WaitMilliseconds = 50;
    private const double PercentOfMicroseconds = 1e4;

    public LoadReport Run()
    {
        var topics = new TopicPlan(options);
        var clients = new List<LoadClient>();
        for (int i = 0; i < options.Connections; i++)
        {
            int number = i;
            clients.Add(new LoadClient(Fleet.NameOf("c", i))
            {
                Filters = options.StormSubscribes ? 1 : 0,
                FilterAt = index => topics.FilterOf(number, index),
            });
        }

        var broker = new BrokerMeter(options.BrokerProcess);
        broker.ResetPeak();
        var memory = new MemorySpan(broker);
        var cpu = new CpuSpan(broker);
        double seconds = loop.SetUp.Connect(clients);
        cpu.End();
        var idle = new CpuSpan(broker);
        Hold(loop, options.HoldSeconds);
        idle.End();
        memory.End();

        LoadReport report = Begin(options, seconds);
        report.Add("subscribed", options.StormSubscribes ? 1 : 0);
        cpu.AddTo(report, seconds, options.Connections);
        memory.AddTo(report, options.Connections, "conn");
        AddIdle(report, options, broker, idle);
        foreach (LoadClient client in clients)
        {
            loop.Close(client);
        }

        report.AddVerdict(true);
        return report;
    }

    public static LoadReport Begin(LoadOptions options, double seconds)
    {
        var report = new LoadReport();
        report.Add("mode", ModeNames.Of(options.Mode));
        report.Add("label", options.Label);
        report.Add("ver", (long)options.Version);
        report.Add("conns", options.Connections);
        report.Add("in_flight", options.AtATime);
        report.Add("msgs", options.Connections);
        report.Add("wall_s", seconds, 4);
        report.Add("rate", options.Connections / seconds, 0);
        return report;
    }

    /// <summary>The broker's CPU while nobody asked it for anything.</summary>
    public static void AddIdle(LoadReport report, LoadOptions options, BrokerMeter broker, CpuSpan idle)
    {
        if (broker.IsKnown)
        {
            double percent = idle.BrokerMicroseconds / (options.HoldSeconds * PercentOfMicroseconds);
            report.Add("idle_cpu_pct", percent, 2);
        }
    }

    public static void Hold(LoadLoop loop, double seconds)
    {
        long end = Clock.Now + Clock.FromSeconds(seconds);
        while (Clock.Now < end)
        {
            loop.Turn(WaitMilliseconds);
        }
    }
}

// Runs a mode and turns whatever stops it into a report that says so. The one entry into the engine.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Modes;
using FastMqtt.Bench.Report;
using FastMqtt.Transport;

namespace FastMqtt.Bench;

public static class LoadRun
{
    public static LoadReport Measure(LoadOptions options)
    {
        _ = ProcessLimits.RaiseOpenFiles();
        try
        {
            using var loop = new LoadLoop(options);
            return Measure(options, loop);
        }
        catch (BenchException failure)
        {
            var report = new LoadReport();
            report.Add("mode", ModeNames.Of(options.Mode));
            report.Add("label", options.Label);
            report.Add("error", failure.Message);
            report.AddVerdict(false);
            return report;
        }
    }

    private static LoadReport Measure(LoadOptions options, LoadLoop loop) => options.Mode switch
    {
        LoadMode.Seed => new SeedRun(options, loop, new Fleet(options)).Run(),
        LoadMode.Storm => new StormRun(options, loop).Run(),
        LoadMode.Idle => new IdleRun(options, loop, new Fleet(options)).Run(),
        LoadMode.Retained => new RetainedRun(options, loop, new Fleet(options)).Run(),
        LoadMode.Offline => new OfflineRun(options, loop, new Fleet(options)).Run(),
        LoadMode.SubscribeStorm => new SubscribeStormRun(options, loop, new Fleet(options)).Run(),
        LoadMode.FanOutStorm => new FanOutStormRun(options, loop, new Fleet(options)).Run(),
        _ => new StreamRun(options, loop, new Fleet(options)).Run(),
    };
}

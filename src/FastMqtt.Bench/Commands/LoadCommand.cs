// One command for each load mode: grammar, run, result. The same for fastmqtt's `bench` and for the load tool.
using System.CommandLine;
using FastMqtt.Bench.Report;

namespace FastMqtt.Bench.Commands;

public static class LoadCommand
{
    public static Command Create(LoadMode mode, LoadSettings settings)
    {
        var target = new TargetOptions(settings);
        var command = new Command(ModeNames.Of(mode), Describe(mode));
        if (mode == LoadMode.Storm)
        {
            command.Aliases.Add("connect");
        }

        target.AddTo(command);
        ConnectionOptions? connections =
            mode is LoadMode.Storm or LoadMode.Idle or LoadMode.FanOutStorm ? new ConnectionOptions(mode) : null;
        MessageOptions? messages =
            mode is LoadMode.Storm or LoadMode.Idle ? null : new MessageOptions(mode);
        SessionOptions? sessions =
            mode is LoadMode.Throughput or LoadMode.Latency or LoadMode.Retained or LoadMode.Offline
                ? new SessionOptions(mode)
                : null;
        connections?.AddTo(command);
        messages?.AddTo(command);
        sessions?.AddTo(command);
        command.SetAction(parsed => Guard.Run(settings, () =>
        {
            LoadOptions options = target.Read(parsed, mode, settings.TopicPrefix);
            options = messages?.Read(parsed, options) ?? options;
            options = connections?.Read(parsed, options) ?? options;
            options = sessions?.Read(parsed, options) ?? options;
            return Run(options, target.IsJson(parsed, settings.IsJson), settings);
        }));
        return command;
    }

    private static string Describe(LoadMode mode) => mode switch
    {
        LoadMode.Throughput => "Steady state: as many messages as the windows allow, each checked",
        LoadMode.Latency => "A fixed rate, each message timed from when it was due",
        LoadMode.Seed => "Rounds of -n messages with -w outstanding end to end; the median round counts",
        LoadMode.Storm => "-c connections, -k being opened at a time, then idle for a while",
        LoadMode.Idle => "-c idle connections with a subscription each: memory and CPU; then a message for each",
        LoadMode.Subscriptions => "-N subscriptions: rate and memory; then messages over them",
        LoadMode.SubscribeStorm => "Steady traffic alone, then beside -r subscribes and unsubscribes a second",
        LoadMode.FanOutStorm => "Latency of pairs alone, then beside publishes to one topic of -c subscribers",
        LoadMode.Retained => "-n retained messages stored, then delivered to --iters new subscribers",
        _ => "Messages queued for -S clients that are away, each acknowledged, then delivered to them",
    };

    private static bool Run(LoadOptions options, bool isJson, LoadSettings settings)
    {
        LoadReport report = LoadRun.Measure(options);
        settings.Output.WriteLine(isJson ? report.ToJson() : ReportTable.Render(report));
        // A table names its complaint itself.
        if (!report.IsOk && isJson)
        {
            settings.Error.WriteLine($"{settings.Program}: {ReportTable.WhyNot(report)}");
        }

        return report.IsOk;
    }
}

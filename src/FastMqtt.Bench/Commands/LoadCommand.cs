// One command for each load mode: grammar, run, result. The same for fastmqtt's `bench` and for the load tool.
using System.CommandLine;
using FastMqtt.Bench.Report;

namespace FastMqtt.Bench.Commands;

public static class LoadCommand
{
    public static Command Throughput(LoadSettings settings) => CreateMessages(
        LoadMode.Throughput, "Steady state: as many messages as the windows allow, each checked", settings);

    public static Command Latency(LoadSettings settings) => CreateMessages(
        LoadMode.Latency, "A fixed rate, each message timed from when it was due", settings);

    public static Command Seed(LoadSettings settings) => CreateMessages(
        LoadMode.Seed, "Rounds of -n messages with -w outstanding end to end; the median round counts", settings);

    private static Command CreateMessages(LoadMode mode, string description, LoadSettings settings)
    {
        var target = new TargetOptions();
        var messages = new MessageOptions(mode);
        var command = new Command(ModeNames.Of(mode), description);
        target.AddTo(command);
        messages.AddTo(command);
        command.SetAction(parsed => Run(
            target, parsed, mode, settings, options => messages.Read(parsed, options)));
        return command;
    }

    private static int Run(
        TargetOptions target,
        ParseResult parsed,
        LoadMode mode,
        LoadSettings settings,
        Func<LoadOptions, LoadOptions> complete)
    {
        LoadReport report;
        try
        {
            report = LoadRun.Measure(complete(target.Read(parsed, mode, settings.TopicPrefix)));
        }
        catch (BenchException failure)
        {
            settings.Error.WriteLine($"{settings.Program}: {failure.Message}");
            return settings.FailureCode;
        }

        bool isJson = target.IsJson(parsed, settings.IsJson);
        settings.Output.WriteLine(isJson ? report.ToJson() : ReportTable.Render(report));
        if (report.IsOk)
        {
            return 0;
        }

        settings.Error.WriteLine($"{settings.Program}: {ReportTable.WhyNot(report)}");
        return settings.FailureCode;
    }
}

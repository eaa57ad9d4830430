// Runs `fastmqtt bench` once and reads the lines it prints for people. CPU and memory of the broker are measured around
// it, since that client does not know the broker's process. Called by Comparison.
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FastMqtt.Compare.Running;

public static partial class BenchTool
{
    public static IReadOnlyList<string> Command(string tool, string arguments, LoadTarget target) =>
    [
        tool, "bench", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        "-h", target.Host, "-p", $"{target.Port}",
    ];

    /// <summary>The figures and what is wrong with them, from a run's end.</summary>
    public static (JsonObject Figures, string? Failure) Read(Invocation run, TimeSpan limit)
    {
        if (run.IsOverdue)
        {
            return ([], $"not finished after {limit.TotalSeconds:0} s");
        }

        if (run.ExitCode != 0)
        {
            return ([], run.LastLine);
        }

        var figures = new JsonObject();
        Add(figures, FigureNames.Rate, Rate(), run.Output);
        Add(figures, FigureNames.Messages, Count(), run.Output);
        if (Latency().Match(run.Output) is { Success: true } latency)
        {
            figures[FigureNames.Median] = Number(latency.Groups[1]);
            figures[FigureNames.NinetyNine] = Number(latency.Groups[2]);
            figures[FigureNames.ThreeNines] = Number(latency.Groups[3]);
        }

        bool isWhole = figures.ContainsKey(FigureNames.Rate) && figures.ContainsKey(FigureNames.Messages);
        return (figures, isWhole ? null : $"no result: {run.LastLine}");
    }

    private static void Add(JsonObject figures, string name, Regex pattern, string output)
    {
        if (pattern.Match(output) is { Success: true } match)
        {
            figures[name] = Number(match.Groups.Cast<Group>().Skip(1).First(group => group.Success));
        }
    }

    private static double Number(Group group) => double.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Msg/Sec: *([0-9.]+)|([0-9]+) msgs/s")]
    private static partial Regex Rate();

    [GeneratedRegex(@"Sending ([0-9]+) packages|1x1: ([0-9]+) messages, each checked")]
    private static partial Regex Count();

    [GeneratedRegex(@"latency p50 ([0-9.]+) us, p99 ([0-9.]+) us, p99\.9 ([0-9.]+) us")]
    private static partial Regex Latency();
}

// Runs the load generator once and reads the line of JSON it prints: figures, or why there are none. The options are
// the ones that artifacts/fastmqtt-load shares with an independent load generator in C. Called by Comparison.
using System.Text.Json;
using System.Text.Json.Nodes;
using FastMqtt.Compare.Configuration;

namespace FastMqtt.Compare.Running;

public static class LoadTool
{
    // The tool gives up by itself after so many seconds without progress.
    private const string WithoutProgressSeconds = "4";

    public static IReadOnlyList<string> Command(string tool, string arguments, LoadTarget target)
    {
        List<string> command =
        [
            tool, .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            "-p", $"{target.Port}", "--label", target.Name, "--timeout", WithoutProgressSeconds,
        ];
        if (target.Host != BrokerAddress.Loopback)
        {
            command.AddRange(["-h", target.Host]);
        }

        if (target.ProcessId is { } process)
        {
            command.AddRange(["--pid", $"{process}"]);
        }

        return command;
    }

    /// <summary>The report and what is wrong with it, from a run's end.</summary>
    public static (JsonObject Figures, string? Failure) Read(Invocation run, TimeSpan limit)
    {
        if (run.IsOverdue)
        {
            return ([], $"not finished after {limit.TotalSeconds:0} s");
        }

        string? line = run.Output.Split('\n').LastOrDefault(line => line.StartsWith('{'));
        if (line is null)
        {
            return ([], $"no result: {run.LastLine}");
        }

        try
        {
            return JsonNode.Parse(line) is JsonObject report
                ? (report, Verdict.Of(report))
                : ([], "the result is not an object");
        }
        catch (JsonException)
        {
            return ([], "the result is not JSON");
        }
    }
}

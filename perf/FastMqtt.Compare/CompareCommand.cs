// The grammar of the command line. Called by Program.
using System.CommandLine;

namespace FastMqtt.Compare;

internal static class CompareCommand
{
    private const int RoundsNormal = 3;
    private const int RoundsMax = 100;

    // What is promised: about five minutes, and one. Starts of brokers and warm-ups are in it.
    private const double SecondsNormal = 290;
    private const double SecondsQuick = 55;

    public static RootCommand Create(string root, Func<CompareOptions, int> run)
    {
        Option<bool> quick = Switch("--quick", "A minute: the set quick, nothing pinned, README untouched");
        Option<bool> isLong = Switch("--long", "The workloads of the set long too: how cost grows; some minutes more");
        Option<bool> noPinned = Switch("--unpinned", "Without the pass that gives broker and generator a core each");
        Option<bool> readme = Switch("--readme", "Rewrite README.md though the run is not a full one");
        Option<bool> noReadme = Switch("--no-readme", "Leave README.md alone");
        Option<int?> rounds = Number<int?>("--rounds", "Rounds; medians want three or more");
        Option<double?> seconds = Number<double?>("--seconds", "How long the whole run may take");
        Option<string?> only = Text("--only", "Workloads, separated by commas");
        Option<string?> brokers = Text("--brokers", "Brokers, separated by commas; also those not enabled");
        Option<string> brokersFile = Path("--brokers-file", "The brokers", root, "perf/brokers.json");
        Option<string> workloadsFile = Path("--workloads-file", "The workloads", root, "perf/workloads.json");
        Option<string> results = Path("--results", "Folder for tables, plots and samples", root, "perf/results");
        Option<string> load = Path("--load", "The load generator", root, "artifacts/fastmqtt-load");
        Option<string> bench = Path("--bench", "The binary, for its own benchmarks", root, "artifacts/fastmqtt");
        Option<string?> report = Text("--report", "No run: write the pages of this file of samples again");
        var command = new RootCommand("FastMqtt and its rivals under the same loads, in turn.")
        {
            quick, isLong, noPinned, readme, noReadme, rounds, seconds, only, brokers, brokersFile, workloadsFile,
            results, load, bench, report,
        };
        rounds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > RoundsMax)
            {
                result.AddError($"--rounds must be from 1 to {RoundsMax}");
            }
        });
        command.SetAction(parsed =>
        {
            bool isQuick = parsed.GetValue(quick);
            return run(new CompareOptions
            {
                IsQuick = isQuick,
                IsLong = parsed.GetValue(isLong),
                WithPinned = !isQuick && !parsed.GetValue(noPinned),
                RewritesReadme = parsed.GetValue(readme) ? true : parsed.GetValue(noReadme) ? false : null,
                Rounds = parsed.GetValue(rounds) ?? RoundsNormal,
                Seconds = parsed.GetValue(seconds) ?? (isQuick ? SecondsQuick : SecondsNormal),
                Only = Names(parsed.GetValue(only)),
                Brokers = Names(parsed.GetValue(brokers)),
                BrokersFile = parsed.GetRequiredValue(brokersFile),
                WorkloadsFile = parsed.GetRequiredValue(workloadsFile),
                Results = parsed.GetRequiredValue(results),
                Load = parsed.GetRequiredValue(load),
                Bench = parsed.GetRequiredValue(bench),
                Report = parsed.GetValue(report),
            });
        });
        return command;
    }

    private static string[] Names(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };

    private static Option<T> Number<T>(string name, string description) => new(name) { Description = description };

    private static Option<string> Path(string name, string description, string root, string normal) => new(name)
    {
        Description = $"{description} ({normal})",
        DefaultValueFactory = _ => System.IO.Path.Combine(root, normal),
    };
}

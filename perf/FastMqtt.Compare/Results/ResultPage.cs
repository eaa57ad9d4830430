// The page of a run: facts, tables, plots, what failed. Called by ResultFiles.
using System.Globalization;
using System.Text;

namespace FastMqtt.Compare.Results;

public static class ResultPage
{
    private const string Pinned = ", broker on one core, generator on another";

    /// <param name="plots">Title and file name, beside the page, of each plot.</param>
    public static string Render(ResultSet results, Facts facts, IReadOnlyList<(string Title, string Path)> plots)
    {
        var text = new StringBuilder();
        string kind = facts.IsQuick ? " (quick)" : string.Empty;
        text.Append($"# {facts.Date}: {facts.VersionList}{kind}\n\n");
        AppendFacts(text, facts);
        Section(text, "Throughput", ResultTables.Rates(results, isPinned: false));
        Section(text, "CPU", ResultTables.Cpu(results, isPinned: false));
        Section(text, "Latency", ResultTables.Latencies(results, isPinned: false));
        Section(text, "Memory", ResultTables.Memory(results));
        Section(text, $"Throughput{Pinned}", ResultTables.Rates(results, isPinned: true));
        Section(text, $"CPU{Pinned}", ResultTables.Cpu(results, isPinned: true));
        Section(text, $"Latency{Pinned}", ResultTables.Latencies(results, isPinned: true));
        if (plots.Count > 0)
        {
            text.Append("\n## Plots\n\n");
            foreach ((string title, string path) in plots)
            {
                text.Append($"![{title}]({path})\n");
            }
        }

        List<string> failures = [.. ResultTables.Failures(results)];
        if (failures.Count > 0)
        {
            text.Append("\n## Runs that did not pass their checks\n\n").AppendJoin('\n', failures).Append('\n');
        }

        return text.ToString();
    }

    private static void AppendFacts(StringBuilder text, Facts facts)
    {
        string seconds = facts.Seconds.ToString("0.##", CultureInfo.InvariantCulture);
        text.Append($"- command: `{facts.Command}`\n");
        text.Append($"- commit: {facts.Commit}\n");
        text.Append($"- machine: {facts.Machine}, {facts.System}, load average {facts.LoadBefore} before, ");
        text.Append($"{facts.LoadAfter} after\n");
        text.Append($"- method: {facts.Method} (least .. most), {seconds} s each, over loopback, ");
        text.Append($"brokers in turn, the others paused; generator {facts.Generator}, every message checked for ");
        text.Append("loss, order and content; a run that fails its check has no figure\n");
        text.Append("- better than: the rate over the baseline's; for CPU and latency the baseline's over this; ");
        text.Append("below 1 is worse\n");
    }

    private static void Section(StringBuilder text, string title, MarkdownTable table)
    {
        if (!table.IsEmpty)
        {
            text.Append($"\n## {title}\n\n{table}");
        }
    }
}

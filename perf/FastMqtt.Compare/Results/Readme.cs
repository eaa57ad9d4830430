// The part of README.md between the two markers: a table, the plots, and where the figures come from. Replaces it or
// refuses; never touches the rest. Called by ResultFiles.
using System.Text;
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Running;

namespace FastMqtt.Compare.Results;

public static class Readme
{
    public const string Begin = "<!-- bench:begin -->";
    public const string End = "<!-- bench:end -->";

    /// <summary>The text with the part between the markers replaced.</summary>
    /// <exception cref="ConfigurationException">The markers are not there once each, in order.</exception>
    public static string Replace(string text, string part)
    {
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        int end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin
            || begin != text.LastIndexOf(Begin, StringComparison.Ordinal)
            || end != text.LastIndexOf(End, StringComparison.Ordinal))
        {
            throw new ConfigurationException($"README.md: needs {Begin} and behind it {End}, once each");
        }

        return $"{text[..(begin + Begin.Length)]}\n{part.Trim('\n')}\n{text[end..]}";
    }

    /// <param name="plots">Title and path from the repository's root of each plot.</param>
    /// <param name="details">Path of the page with all figures.</param>
    public static string Part(
        ResultSet results, Facts facts, IReadOnlyList<(string Title, string Path)> plots, string details)
    {
        var text = new StringBuilder();
        text.Append(Table(results)).Append('\n');
        foreach ((string title, string path) in plots)
        {
            text.Append($"![{title}]({path})\n");
        }

        text.Append('\n');
        Wrap(
            text,
            $"{facts.VersionList}; {facts.Machine}, {facts.System}, {facts.Date}, commit {facts.Commit}. "
            + $"Medians of {facts.Rounds} interleaved rounds over loopback, broker and generator sharing the cores, "
            + "every message checked for loss, order and content; CPU is the broker's per delivered message. "
            + $"Command: `{facts.Command}`. All figures with their spread: [{details}]({details}).");
        return text.ToString();
    }

    private static MarkdownTable Table(ResultSet results)
    {
        var table = new MarkdownTable(
        [
            "load", .. results.Brokers.Select(broker => broker.Name),
            .. results.Baseline is { } named ? [ResultTables.RatioTitle(named)] : Array.Empty<string>(),
        ]);
        foreach (Workload workload in results.Workloads.Where(one => one.IsInReadme))
        {
            string figure = workload.Measure switch
            {
                WorkloadMeasure.Latency => FigureNames.NinetyNine,
                WorkloadMeasure.Memory => FigureNames.BytesPerConnection,
                _ => FigureNames.Rate,
            };
            List<string> cells =
                [workload.Title, .. results.Brokers.Select(broker => Cell(results, workload, broker))];
            if (results.Baseline is { } baseline)
            {
                cells.Add(Numbers.Ratio(results.TimesBetter(workload.Name, baseline.Name, isPinned: false, figure)));
            }

            table.Add(cells);
        }

        AddStart(table, results);
        return table;
    }

    private static void AddStart(MarkdownTable table, ResultSet results)
    {
        List<double?> memory =
        [
            .. results.Brokers.Select(
                broker => results.OfAll(broker.Name, FigureNames.ResidentAtStart, _ => true)?.Median),
        ];
        if (!memory.Exists(each => each is > 0))
        {
            return;
        }

        List<string> cells = ["memory at start", .. memory.Select(Numbers.Mebibytes)];
        if (results.Baseline is { } baseline)
        {
            double? theirs = memory[results.Brokers.Index().First(each => each.Item == baseline).Index];
            cells.Add(Numbers.Ratio(memory[0] is > 0 ? theirs / memory[0] : null));
        }

        table.Add(cells);
    }

    private static string Cell(ResultSet results, Workload workload, BrokerEntry broker)
    {
        if (results.Failure(workload.Name, broker.Name, isPinned: false) is not null)
        {
            return "failed its check";
        }

        if (workload.Measure == WorkloadMeasure.Latency)
        {
            double? median = Median(FigureNames.Median);
            return median is null
                ? Numbers.None
                : $"p50 {Numbers.Microseconds(median)}, p99 {Numbers.Microseconds(Median(FigureNames.NinetyNine))}";
        }

        if (workload.Measure == WorkloadMeasure.Memory)
        {
            double? bytes = Median(FigureNames.BytesPerConnection);
            return bytes is null ? Numbers.None : $"{Numbers.Whole(bytes)} bytes each";
        }

        double? rate = Median(FigureNames.Rate);
        double? cpu = Median(FigureNames.BrokerCpu);
        return rate is null ? Numbers.None
            : $"{Numbers.Rate(rate)}/s{(cpu is { } each ? $", {Numbers.Digits(each)} us" : string.Empty)}";

        double? Median(string figure) => results.Of(workload.Name, broker.Name, isPinned: false, figure)?.Median;
    }

    // Lines of the README end where its others do.
    private static void Wrap(StringBuilder text, string paragraph)
    {
        const int Columns = 120;
        int column = 0;
        foreach (string word in paragraph.Split(' '))
        {
            bool isBreak = column > 0 && column + 1 + word.Length > Columns;
            text.Append(column == 0 ? string.Empty : isBreak ? "\n" : " ").Append(word);
            column = column == 0 || isBreak ? word.Length : column + 1 + word.Length;
        }

        text.Append('\n');
    }
}

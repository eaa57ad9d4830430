// The tables of a run in Markdown: messages a second with the ratio, CPU a message, latency, memory. A cell whose runs
// did not all pass their checks says so and why, and has no figure. Called by ResultFiles.
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Running;

namespace FastMqtt.Compare.Results;

public static class ResultTables
{
    private static readonly (string Figure, string Words)[] OtherRates =
    [
        (FigureNames.SubscribeRate, "subscribing"),
        (FigureNames.StoreRate, "storing"),
        (FigureNames.QueueRate, "queueing"),
        (FigureNames.RateLeft, "% of the rate without"),
    ];

    private static readonly (string Figure, string Words)[] Percentiles =
    [
        (FigureNames.Median, "p50"),
        (FigureNames.NinetyNine, "p99"),
        (FigureNames.ThreeNines, "p99.9"),
        (FigureNames.NinetyNineAlone, "p99 without"),
    ];

    private static readonly (string Figure, string Words)[] BytesEach =
    [
        (FigureNames.BytesPerConnection, "bytes per connection"),
        (FigureNames.BytesPerSubscription, "bytes per subscription"),
        (FigureNames.BytesPerRetained, "bytes per retained message"),
        (FigureNames.BytesPerQueued, "bytes per queued message"),
    ];

    /// <summary>What stands in a cell: the median and its spread, why it failed, or a dash.</summary>
    public static string Cell(
        ResultSet results,
        Workload workload,
        BrokerEntry broker,
        bool isPinned,
        string figure,
        Func<double?, string> show)
    {
        if (results.Failure(workload.Name, broker.Name, isPinned) is { } failure)
        {
            return $"**failed**: {failure}";
        }

        if (results.Of(workload.Name, broker.Name, isPinned, figure) is not { } spread)
        {
            return Numbers.None;
        }

        return spread.Count == 1
            ? show(spread.Median)
            : $"{show(spread.Median)} ({show(spread.Min)} .. {show(spread.Max)})";
    }

    /// <summary>A rate for each workload, and how many times the baseline's that of the subject is.</summary>
    public static MarkdownTable Rates(ResultSet results, bool isPinned)
    {
        MarkdownTable table = Columns(results, "messages a second", hasRatio: true);
        foreach (Workload workload in results.Workloads.Where(one => one.HasRate))
        {
            AddRow(
                table, results, workload, isPinned, FigureNames.Rate, Numbers.Rate, TitleWithUnit(workload),
                hasRatio: true);
            foreach ((string figure, string words) in OtherRates)
            {
                AddRow(
                    table, results, workload, isPinned, figure, Numbers.Rate, $"{workload.Title}: {words}",
                    hasRatio: true);
            }
        }

        return table;
    }

    /// <summary>The broker's CPU time for each message or connection.</summary>
    public static MarkdownTable Cpu(ResultSet results, bool isPinned)
    {
        MarkdownTable table = Columns(results, "us of broker CPU a message", hasRatio: true);
        foreach (Workload workload in results.Workloads)
        {
            AddRow(
                table, results, workload, isPinned, FigureNames.BrokerCpu, value => Numbers.Digits(value ?? 0),
                TitleWithUnit(workload), hasRatio: true);
        }

        return table;
    }

    public static MarkdownTable Latencies(ResultSet results, bool isPinned)
    {
        MarkdownTable table = Columns(results, "from due to received", hasRatio: true);
        foreach (Workload workload in results.Workloads.Where(one => one.HasLatency))
        {
            foreach ((string figure, string words) in Percentiles)
            {
                AddRow(
                    table, results, workload, isPinned, figure, Numbers.Microseconds, $"{workload.Title}: {words}",
                    hasRatio: true);
            }
        }

        return table;
    }

    public static MarkdownTable Memory(ResultSet results)
    {
        MarkdownTable table = Columns(results, "resident memory", hasRatio: false);
        AddOfAll(table, results, FigureNames.ResidentAtStart, "at start, first answer", _ => true);
        AddOfAll(
            table, results, FigureNames.PeakResident, "peak over all streams",
            run => !run.IsPinned && !IsFresh(results, run));
        foreach (Workload workload in results.Workloads)
        {
            foreach ((string figure, string words) in BytesEach)
            {
                AddRow(
                    table, results, workload, isPinned: false, figure, Numbers.Whole, $"{workload.Title}: {words}",
                    hasRatio: false);
            }

            if (workload.IsFresh)
            {
                AddRow(
                    table, results, workload, isPinned: false, FigureNames.PeakResident, Numbers.Mebibytes,
                    $"{workload.Title}: peak", hasRatio: false);
            }
        }

        return table;
    }

    /// <summary>The column that says how many times better than the baseline.</summary>
    public static string RatioTitle(BrokerEntry baseline) => $"better than {baseline.Name}";

    /// <summary>Every failed run in a line.</summary>
    public static IEnumerable<string> Failures(ResultSet results) => results.Samples
        .Where(run => !run.IsOk)
        .Select(run => $"- {run.Broker}, {run.Workload}{(run.IsPinned ? ", pinned" : string.Empty)}, "
            + $"round {run.Round}: {run.Failure}");

    private static string TitleWithUnit(Workload workload) =>
        workload.Unit == Workload.Messages ? workload.Title : $"{workload.Title}: {workload.Unit}";

    private static MarkdownTable Columns(ResultSet results, string first, bool hasRatio) =>
        new(
        [
            first, .. results.Brokers.Select(broker => broker.Name),
            .. hasRatio && results.Baseline is { } baseline ? [RatioTitle(baseline)] : Array.Empty<string>(),
        ]);

    private static void AddRow(
        MarkdownTable table,
        ResultSet results,
        Workload workload,
        bool isPinned,
        string figure,
        Func<double?, string> show,
        string title,
        bool hasRatio)
    {
        bool isMain = figure is FigureNames.Rate;
        bool isKnown = results.Brokers.Any(broker =>
            results.Of(workload.Name, broker.Name, isPinned, figure) is not null
            || (isMain && results.Failure(workload.Name, broker.Name, isPinned) is not null));
        if (!isKnown)
        {
            return;
        }

        List<string> cells =
            [title, .. results.Brokers.Select(one => Cell(results, workload, one, isPinned, figure, show))];
        if (hasRatio && results.Baseline is { } baseline)
        {
            cells.Add(Numbers.Ratio(results.TimesBetter(workload.Name, baseline.Name, isPinned, figure)));
        }

        table.Add(cells);
    }

    private static void AddOfAll(
        MarkdownTable table, ResultSet results, string figure, string title, Func<Sample, bool> counts)
    {
        bool isPeak = figure == FigureNames.PeakResident;
        List<string> cells = [title];
        foreach (BrokerEntry broker in results.Brokers)
        {
            Spread? spread = results.OfAll(broker.Name, figure, counts);
            cells.Add(Numbers.Mebibytes(isPeak ? spread?.Max : spread?.Median));
        }

        if (cells.Exists(cell => cell != Numbers.None && cell != title))
        {
            table.Add(cells);
        }
    }

    private static bool IsFresh(ResultSet results, Sample run) =>
        results.Workloads.Any(workload => workload.Name == run.Workload && workload.IsFresh);
}

// The plots of a run: throughput and CPU by workload as bars, latency as ranges from p50 to p99, all on logarithmic
// scales, since rivals are factors apart. Called by ResultFiles.
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Results;
using FastMqtt.Compare.Running;

namespace FastMqtt.Compare.Plots;

public static class PlotSet
{
    public static IEnumerable<Plot> All(ResultSet results, Facts facts)
    {
        foreach ((string name, PlotData data) in Data(results, facts))
        {
            yield return new Plot(name, data.Title, LogPlot.Render(data));
        }
    }

    /// <summary>Those that have something to show.</summary>
    public static IEnumerable<(string Name, PlotData Data)> Data(ResultSet results, Facts facts)
    {
        (string Name, PlotData Data)[] all =
        [
            ("throughput", Throughput(results, facts)),
            ("cpu", Cpu(results, facts)),
            ("latency", Latency(results, facts)),
        ];
        return all.Where(plot => plot.Data.Rows.Count > 0);
    }

    private static PlotData Throughput(ResultSet results, Facts facts) => Create(
        results,
        facts,
        "Throughput",
        "messages a second (logarithmic), more is better",
        one => one.HasRate && one.Unit == Workload.Messages,
        (workload, broker) => Value(results, workload, broker, FigureNames.Rate, null, Numbers.Rate));

    private static PlotData Cpu(ResultSet results, Facts facts) => Create(
        results,
        facts,
        "Broker CPU for each message",
        "microseconds per delivered message (logarithmic), less is better",
        one => one.HasRate && one.Unit == Workload.Messages,
        (workload, broker) => Value(results, workload, broker, FigureNames.BrokerCpu, null, Numbers.Microseconds));

    private static PlotData Latency(ResultSet results, Facts facts) => Create(
        results,
        facts,
        "Latency, p50 and p99",
        "microseconds from due to received (logarithmic), less is better; a bar ends at the p99, its mark is the p50",
        one => one.HasLatency,
        (workload, broker) => Value(
            results, workload, broker, FigureNames.Median, FigureNames.NinetyNine, Numbers.Microseconds));

    private static PlotData Create(
        ResultSet results,
        Facts facts,
        string title,
        string axis,
        Func<Workload, bool> isShown,
        Func<Workload, BrokerEntry, PlotValue?> value)
    {
        List<PlotRow> rows =
        [
            .. results.Workloads.Where(isShown)
                .Select(one => new PlotRow(one.Title, [.. results.Brokers.Select(broker => value(one, broker))]))
                .Where(row => row.Values.Any(each => each is not null)),
        ];
        string subtitle = $"{facts.VersionList}; {facts.Machine}; {facts.Date}, {facts.Method}";
        return new PlotData(title, subtitle, axis, [.. results.Brokers.Select(broker => broker.Name)], rows);
    }

    private static PlotValue? Value(
        ResultSet results, Workload workload, BrokerEntry broker, string from, string? to, Func<double?, string> show)
    {
        if (results.Of(workload.Name, broker.Name, isPinned: false, from) is not { Median: > 0 } first)
        {
            return null;
        }

        Spread? second = to is null ? null : results.Of(workload.Name, broker.Name, isPinned: false, to);
        string text = second is { } end ? $"{show(first.Median)} / {show(end.Median)}" : show(first.Median);
        return new PlotValue(first.Median, second?.Median, text);
    }
}

// What a plot shows, apart from how: rows of workloads, in each a figure or two per broker. Made by PlotSet from the
// results, drawn by BarPlot and RangePlot.
namespace FastMqtt.Compare.Plots;

public sealed record PlotData(
    string Title, string Subtitle, string Axis, IReadOnlyList<string> Brokers, IReadOnlyList<PlotRow> Rows);

/// <param name="Values">One per broker; null where there is none or a run failed.</param>
public sealed record PlotRow(string Title, IReadOnlyList<PlotValue?> Values);

/// <param name="To">The second figure, such as the p99 beside the p50.</param>
public readonly record struct PlotValue(double From, double? To, string Text);

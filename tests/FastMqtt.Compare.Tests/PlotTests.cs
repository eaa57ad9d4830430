// Plots are well formed, small, the same each time, and show nothing for a run that failed.
using System.Xml.Linq;
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Plots;
using FastMqtt.Compare.Results;
using FastMqtt.Compare.Running;
using Xunit;

namespace FastMqtt.Compare.Tests;

public class PlotTests
{
    private const int BytesMax = 100_000;

    [Fact]
    public void full_run_with_five_brokers_makes_three_small_plots()
    {
        IReadOnlyList<Workload> workloads = WorkloadList.ReadFile(Shipped.Path("perf/workloads.json"));
        string[] names = ["FastMqtt", "Mosquitto", "FlashMQ", "NanoMQ", "EMQX"];
        List<BrokerEntry> brokers = [.. names.Select(name => new BrokerEntry { Name = name, Command = ["x"] })];
        List<Sample> samples = [];
        foreach (Workload workload in workloads)
        {
            samples.AddRange(names.Select((name, i) => Sampled.Run(
                workload.Name, name, null, (FigureNames.Rate, 1e7 / (i + 1)), (FigureNames.BrokerCpu, 0.02 * (i + 1)),
                (FigureNames.Median, 30 + i), (FigureNames.NinetyNine, 100 * (i + 1)))));
        }

        var results = new ResultSet(samples, workloads, brokers);
        List<Plot> plots = [.. PlotSet.All(results, Sampled.Facts)];
        Assert.Equal(["throughput", "cpu", "latency"], plots.Select(plot => plot.Name));
        Assert.All(plots, plot =>
        {
            Assert.NotNull(XDocument.Parse(plot.Svg).Root);
            Assert.InRange(plot.Svg.Length, 1, BytesMax);
        });
        Assert.Equal(plots, PlotSet.All(results, Sampled.Facts));
    }

    [Fact]
    public void svg_depends_on_figures_only() => Assert.Equal(
        "<clipPath id=\"clip1\"/><g clip-path=\"url(#clip1)\"/>"
        + "<rect id=\"clip2\" x=\"-1.57\" y=\"2.5\" fill=\"#123456\"/>",
        PortableSvg.From(
            "<clipPath id=\"cl_4f\"/><g clip-path=\"url(#cl_4f)\"/>"
            + "<rect id=\"cl_50\" x=\"-1.56789\" y=\"2.5\" fill=\"#123456\"/>"));

    [Fact]
    public void failed_run_has_no_bar()
    {
        ResultSet results = Sampled.Results(
            Sampled.Rate("FastMqtt", 9e6), Sampled.Rate("Mosquitto", 1e5, failure: "1 lost"));
        PlotRow row = Assert.Single(PlotSet.Data(results, Sampled.Facts).First().Data.Rows);
        Assert.Equal("9.00 M", row.Values[0]?.Text);
        Assert.Null(row.Values[1]);
    }

    [Fact]
    public void subtitle_says_machine_versions_and_date()
    {
        PlotData data = PlotSet.Data(Sampled.Results(Sampled.Rate("FastMqtt", 9e6)), Sampled.Facts).First().Data;
        Assert.Equal(
            "FastMqtt 0.1.0, Mosquitto 2.0.11; 2 cores, Some Processor; 2026-11-28, medians of 3 rounds",
            data.Subtitle);
    }

    [Fact]
    public void nothing_measured_is_no_plot() => Assert.Empty(PlotSet.All(Sampled.Results(), Sampled.Facts));

    [Theory]
    [InlineData(6, "1 M")]
    [InlineData(7, "10 M")]
    [InlineData(4, "10 k")]
    [InlineData(0, "1")]
    [InlineData(-2, "0.01")]
    public void decade_has_a_name(int exponent, string expected) => Assert.Equal(expected, LogScale.Name(exponent));

    [Fact]
    public void least_value_has_a_bar_of_its_own()
    {
        (double from, double to) = LogScale.Around([1e5, 1e7]);
        Assert.Equal(4, from);
        Assert.InRange(to, 7.3, 8);
        Assert.Equal(5, LogScale.Around([5e5, 1e7]).From);
    }
}

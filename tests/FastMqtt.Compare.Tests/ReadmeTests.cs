// README.md is rewritten between its markers and nowhere else, and running twice changes nothing.
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Results;
using FastMqtt.Compare.Running;
using Xunit;

namespace FastMqtt.Compare.Tests;

public class ReadmeTests
{
    private const string Page = $"# Title\n\n{Readme.Begin}\nold\n{Readme.End}\n\nrest\n";

    [Fact]
    public void part_between_the_markers_is_replaced() => Assert.Equal(
        $"# Title\n\n{Readme.Begin}\nnew\n{Readme.End}\n\nrest\n", Readme.Replace(Page, "new\n\n"));

    [Fact]
    public void second_time_changes_nothing()
    {
        string once = Readme.Replace(Page, "new\n");
        Assert.Equal(once, Readme.Replace(once, "new\n"));
    }

    [Theory]
    [InlineData("# Title\n")]
    [InlineData($"{Readme.Begin}\n")]
    [InlineData($"{Readme.End}\n")]
    [InlineData($"{Readme.End}\n{Readme.Begin}\n")]
    [InlineData($"{Readme.Begin}\n{Readme.Begin}\n{Readme.End}\n")]
    [InlineData($"{Readme.Begin}\n{Readme.End}\n{Readme.End}\n")]
    public void page_without_one_pair_of_markers_is_refused(string page) =>
        Assert.Throws<ConfigurationException>(() => Readme.Replace(page, "new"));

    [Fact]
    public void shipped_page_has_the_markers() =>
        Assert.Contains(
            "\nnew\n", Readme.Replace(File.ReadAllText(Shipped.Path("README.md")), "new"), StringComparison.Ordinal);

    [Fact]
    public void part_has_table_plots_and_where_the_figures_are_from()
    {
        ResultSet results = Sampled.Results(
            Sampled.Rate("FastMqtt", 9e6, cpu: 0.05), Sampled.Rate("Mosquitto", 1e5, failure: "1 lost"),
            Sampled.Latency("FastMqtt", 50, 100), Sampled.Latency("Mosquitto", 60, 50),
            Sampled.Run(
                "idle", "FastMqtt", null, (FigureNames.BytesPerConnection, 1000), (FigureNames.ResidentAtStart, 6144)),
            Sampled.Run(
                "idle",
                "Mosquitto",
                null,
                (FigureNames.BytesPerConnection, 1500),
                (FigureNames.ResidentAtStart, 7680)));
        string part = Readme.Part(results, Sampled.Facts, [("Throughput", "perf/results/t.svg")], "perf/results/p.md");
        Assert.Contains("| 1 to 1 | 9.00 M/s, 0.050 us | failed its check | - |", part, StringComparison.Ordinal);
        Assert.Contains(
            "| 2,000/s | p50 50.0 us, p99 100 us | p50 60.0 us, p99 50.0 us | 0.500 x |",
            part,
            StringComparison.Ordinal);
        Assert.Contains(
            "| 9,000 idle | 1,000 bytes each | 1,500 bytes each | 1.50 x |", part, StringComparison.Ordinal);
        Assert.Contains("| memory at start | 6.0 MiB | 7.5 MiB | 1.25 x |", part, StringComparison.Ordinal);
        Assert.Contains("![Throughput](perf/results/t.svg)", part, StringComparison.Ordinal);
        string words = part.ReplaceLineEndings(" ");
        foreach (string fact in (string[])
            ["FastMqtt 0.1.0, Mosquitto 2.0.11", "2 cores, Some Processor", "abc1234", "2026-11-28", "`make bench`"])
        {
            Assert.Contains(fact, words, StringComparison.Ordinal);
        }

        Assert.All(part.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
    }

    [Theory]
    [InlineData(false, 3, true, true)]
    [InlineData(true, 3, true, false)]
    [InlineData(false, 2, true, false)]
    [InlineData(false, 3, false, false)]
    public void only_a_full_run_speaks_for_the_product(bool isQuick, int rounds, bool withPinned, bool expected) =>
        Assert.Equal(expected, (Options with { IsQuick = isQuick, Rounds = rounds, WithPinned = withPinned }).IsFull);

    [Fact]
    public void run_of_chosen_workloads_or_brokers_is_not_full()
    {
        CompareOptions full = Options with { Rounds = 3, WithPinned = true };
        Assert.False((full with { Only = ["one"] }).IsFull);
        Assert.False((full with { Brokers = ["X"] }).IsFull);
    }

    private static CompareOptions Options => new()
    {
        BrokersFile = "b",
        WorkloadsFile = "w",
        Results = "r",
        Load = "l",
        Bench = "f",
    };
}

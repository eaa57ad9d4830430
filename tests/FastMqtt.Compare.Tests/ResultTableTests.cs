// What is published: medians with their spread, ratios that say better, and never a figure for a run that failed.
using FastMqtt.Compare.Results;
using FastMqtt.Compare.Running;
using Xunit;

namespace FastMqtt.Compare.Tests;

public class ResultTableTests
{
    [Fact]
    public void row_has_medians_spread_and_ratio()
    {
        ResultSet results = Sampled.Results(
            Sampled.Rate("FastMqtt", 9e6), Sampled.Rate("FastMqtt", 8e6), Sampled.Rate("FastMqtt", 7e6),
            Sampled.Rate("Mosquitto", 1e5), Sampled.Rate("Mosquitto", 1.1e5), Sampled.Rate("Mosquitto", 0.9e5));
        Assert.Equal(
            """
            | messages a second | FastMqtt | Mosquitto | better than Mosquitto |
            |---|---:|---:|---:|
            | 1 to 1 | 8.00 M (7.00 M .. 9.00 M) | 100 k (90.0 k .. 110 k) | 80.0 x |

            """,
            ResultTables.Rates(results, isPinned: false).ToString());
    }

    [Fact]
    public void one_failed_run_takes_the_figure_away()
    {
        ResultSet results = Sampled.Results(
            Sampled.Rate("FastMqtt", 9e6), Sampled.Rate("FastMqtt", 8e6, failure: "12 lost"),
            Sampled.Rate("Mosquitto", 1e5));
        string table = ResultTables.Rates(results, isPinned: false).ToString();
        Assert.Contains("| 1 to 1 | **failed**: 12 lost (1 of 2 runs) | 100 k | - |", table, StringComparison.Ordinal);
        Assert.DoesNotContain("9.00 M", table, StringComparison.Ordinal);
        Assert.Equal(1, results.FailuresOfSubject);
    }

    [Fact]
    public void workload_that_failed_everywhere_is_still_a_row()
    {
        ResultSet results = Sampled.Results(
            Sampled.Run("one", "FastMqtt", "no answer"), Sampled.Run("one", "Mosquitto", "no answer"));
        Assert.Contains(
            "| 1 to 1 | **failed**: no answer | **failed**: no answer | - |",
            ResultTables.Rates(results, isPinned: false).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void less_cpu_and_latency_are_better()
    {
        ResultSet results = Sampled.Results(
            Sampled.Rate("FastMqtt", 9e6, cpu: 0.05), Sampled.Rate("Mosquitto", 1e5, cpu: 5),
            Sampled.Latency("FastMqtt", 50, 100), Sampled.Latency("Mosquitto", 60, 50));
        Assert.Contains(
            "| 1 to 1 | 0.050 | 5.00 | 100 x |",
            ResultTables.Cpu(results, isPinned: false).ToString(),
            StringComparison.Ordinal);
        string latencies = ResultTables.Latencies(results, isPinned: false).ToString();
        Assert.Contains("| 2,000/s: p50 | 50.0 us | 60.0 us | 1.20 x |", latencies, StringComparison.Ordinal);
        Assert.Contains("| 2,000/s: p99 | 100 us | 50.0 us | 0.500 x |", latencies, StringComparison.Ordinal);
    }

    [Fact]
    public void passes_are_not_mixed()
    {
        ResultSet results = Sampled.Results(Sampled.Rate("FastMqtt", 9e6) with { IsPinned = true });
        Assert.True(ResultTables.Rates(results, isPinned: false).IsEmpty);
        Assert.False(ResultTables.Rates(results, isPinned: true).IsEmpty);
    }

    [Fact]
    public void paced_load_has_no_row_among_rates()
    {
        ResultSet results = Sampled.Results(Sampled.Latency("FastMqtt", 50, 100));
        Assert.True(ResultTables.Rates(results, isPinned: false).IsEmpty);
    }

    [Fact]
    public void memory_has_start_peak_and_bytes_each()
    {
        ResultSet results = Sampled.Results(
            Sampled.Run(
                "one", "FastMqtt", null, (FigureNames.ResidentAtStart, 6144), (FigureNames.PeakResident, 8192),
                (FigureNames.BytesPerConnection, 1310)));
        string table = ResultTables.Memory(results).ToString();
        Assert.Contains("| at start, first answer | 6.0 MiB | - |", table, StringComparison.Ordinal);
        Assert.Contains("| peak over all streams | 8.0 MiB | - |", table, StringComparison.Ordinal);
        Assert.Contains("| 1 to 1: bytes per connection | 1,310 | - |", table, StringComparison.Ordinal);
    }

    [Fact]
    public void page_lists_every_failed_run()
    {
        ResultSet results = Sampled.Results(
            Sampled.Rate("FastMqtt", 9e6), Sampled.Rate("Mosquitto", 1e5, failure: "3 out of order"));
        string page = ResultPage.Render(results, Sampled.Facts, []);
        Assert.Contains("- Mosquitto, one, round 1: 3 out of order", page, StringComparison.Ordinal);
        Assert.Contains("- commit: abc1234", page, StringComparison.Ordinal);
        Assert.Contains("- command: `make bench`", page, StringComparison.Ordinal);
    }

    [Fact]
    public void reason_cannot_break_the_table() => Assert.Contains(
        "a\\|b &lt;c> d",
        ResultTables.Rates(Sampled.Results(Sampled.Run("one", "FastMqtt", "a|b <c>\nd")), isPinned: false).ToString(),
        StringComparison.Ordinal);

    [Fact]
    public void samples_survive_the_file()
    {
        Sample[] samples = [Sampled.Rate("FastMqtt", 9e6), Sampled.Rate("Mosquitto", 1e5, failure: "\"3\" lost")];
        (Facts facts, IReadOnlyList<Sample> read) =
            RawResults.Parse("r.json", RawResults.Render(Sampled.Facts, samples));
        Assert.Equal(Sampled.Facts.Commit, facts.Commit);
        Assert.Equal(9e6, read[0].Figure(FigureNames.Rate));
        Assert.Equal("\"3\" lost", read[1].Failure);
    }
}

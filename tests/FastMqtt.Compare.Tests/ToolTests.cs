// What the load tools say becomes figures, or a reason why there are none; nothing doubtful becomes a figure.
using System.Text.Json.Nodes;
using FastMqtt.Compare.Running;
using Xunit;

namespace FastMqtt.Compare.Tests;

public class ToolTests
{
    private const string Printed =
        """
        1x1: 100000 messages of 1024 bytes at QoS 0, at most 10 on the way, 127.0.0.1:1883
        1x1: 100000 messages, each checked, in 0.645 s
        1x1: 155069 msgs/s
        1x1: latency p50 64.5 us, p99 94.2 us, p99.9 130.1 us
        """;

    private const string PrintedBySeed =
        """
        [Bench] Network: single publisher -> single subscriber
        [Bench] Sending 100000 packages, 10 concurrent ..
        [Bench] Time delta: 6287.8 ms
        [Bench] Msg/Sec: 15903.8 Msg/s
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData("""{"rate": 5, "lost": 0, "dup": 0, "ok": true}""", null)]
    [InlineData("""{"rate": 5, "lost": 12, "dup": 3, "ok": false}""", "12 lost, 3 delivered twice")]
    [InlineData("""{"rate": 5, "reorder": 1, "bad": 2, "ok": false}""", "1 out of order, 2 damaged")]
    [InlineData("""{"rate": 5, "lost": 1, "ok": true}""", "1 lost")]
    [InlineData("""{"ok": false, "error": "the broker closed the connection"}""", "the broker closed the connection")]
    [InlineData("""{"rate": 5, "ok": false}""", "incomplete")]
    [InlineData("""{"rate": 5}""", "incomplete")]
    [InlineData("""{"rate": 0, "ok": true}""", "no rate")]
    [InlineData("""{"ok": true}""", "no rate")]
    public void report_counts_only_when_every_check_passed(string report, string? expected) =>
        Assert.Equal(expected, Verdict.Of(JsonNode.Parse(report)!.AsObject()));

    [Fact]
    public void last_line_of_json_is_the_report()
    {
        (JsonObject figures, string? failure) =
            LoadTool.Read(new Invocation(0, "warming\n{\"rate\":7,\"ok\":true}\n", string.Empty, false), Limit);
        Assert.Null(failure);
        Assert.Equal(7, figures["rate"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("", "a\nno such mode\n", false, "no result: no such mode")]
    [InlineData("", "", false, "no result: exit code 2")]
    [InlineData("{\"rate\":7", "", false, "the result is not JSON")]
    [InlineData("{\"rate\":7,\"ok\":true}", "", true, "not finished after 3 s")]
    public void run_without_a_report_has_no_figures(string output, string error, bool isOverdue, string expected)
    {
        (JsonObject figures, string? failure) =
            LoadTool.Read(new Invocation(2, output, error, isOverdue), Limit);
        Assert.Equal(expected, failure);
        Assert.Empty(figures);
    }

    [Fact]
    public void host_and_process_are_given_only_where_they_are_known()
    {
        Assert.Equal(
            ["t", "seed", "-n", "5", "-p", "7", "--label", "X", "--timeout", "4", "--pid", "9"],
            LoadTool.Command("t", "seed -n 5", new LoadTarget("127.0.0.1", 7, 9, "X")));
        Assert.Equal(
            ["t", "seed", "-p", "7", "--label", "X", "--timeout", "4", "-h", "mosquitto"],
            LoadTool.Command("t", "seed", new LoadTarget("mosquitto", 7, null, "X")));
    }

    [Fact]
    public void printed_lines_of_bench_become_figures()
    {
        (JsonObject figures, string? failure) =
            BenchTool.Read(new Invocation(0, Printed, string.Empty, false), Limit);
        Assert.Null(failure);
        Assert.Equal(155_069, figures[FigureNames.Rate]!.GetValue<double>());
        Assert.Equal(100_000, figures[FigureNames.Messages]!.GetValue<double>());
        Assert.Equal(64.5, figures[FigureNames.Median]!.GetValue<double>());
        Assert.Equal(94.2, figures[FigureNames.NinetyNine]!.GetValue<double>());
        Assert.Equal(130.1, figures[FigureNames.ThreeNines]!.GetValue<double>());
    }

    [Fact]
    public void printed_lines_of_the_seed_become_figures()
    {
        (JsonObject figures, string? failure) =
            BenchTool.Read(new Invocation(0, PrintedBySeed, string.Empty, false), Limit);
        Assert.Null(failure);
        Assert.Equal(15_903.8, figures[FigureNames.Rate]!.GetValue<double>());
        Assert.Equal(100_000, figures[FigureNames.Messages]!.GetValue<double>());
        Assert.False(figures.ContainsKey(FigureNames.Median));
    }

    [Fact]
    public void bench_that_failed_has_no_figures()
    {
        (JsonObject figures, string? failure) =
            BenchTool.Read(new Invocation(1, Printed, "fastmqtt: message 5 is damaged\n", false), Limit);
        Assert.Equal("fastmqtt: message 5 is damaged", failure);
        Assert.Empty(figures);
    }
}

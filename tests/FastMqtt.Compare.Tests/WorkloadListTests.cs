// Workloads are data too: what a run chooses, and what is refused.
using FastMqtt.Compare.Configuration;
using Xunit;

namespace FastMqtt.Compare.Tests;

public class WorkloadListTests
{
    private const string Three =
        """
        [{"name": "a", "title": "A", "arguments": "throughput", "set": "quick"},
         {"name": "b", "title": "B", "arguments": "throughput -d {seconds}"},
         {"name": "c", "title": "C", "arguments": "seed", "set": "long", "tool": "bench", "measures": "both"}]
        """;

    [Theory]
    [InlineData(WorkloadSet.Quick, "a")]
    [InlineData(WorkloadSet.Full, "a b")]
    [InlineData(WorkloadSet.Long, "a b c")]
    public void set_holds_the_smaller_ones(WorkloadSet set, string expected) => Assert.Equal(
        expected.Split(' '), WorkloadList.Select(Parse(Three), set, []).Select(one => one.Name));

    [Fact]
    public void named_workload_runs_whatever_its_set() => Assert.Equal(
        ["a", "c"], WorkloadList.Select(Parse(Three), WorkloadSet.Quick, ["c", "a"]).Select(one => one.Name));

    [Fact]
    public void fields_are_read()
    {
        Workload last = Parse(Three)[2];
        Assert.Equal(WorkloadTool.Bench, last.Tool);
        Assert.Equal(WorkloadMeasure.Both, last.Measure);
        Assert.False(last.IsTimed);
        Assert.True(Parse(Three)[1].IsTimed);
    }

    [Theory]
    [InlineData("""[{"name": "a", "arguments": "x"}]""", "w.json: entry 1 (a): title is missing")]
    [InlineData("""[{"name": "a", "title": "A"}]""", "w.json: entry 1 (a): arguments is missing")]
    [InlineData(
        """[{"name": "a", "title": "A", "arguments": "x", "set": "fast"}]""",
        "w.json: entry 1 (a): set must be quick or full or long")]
    [InlineData(
        """[{"name": "a", "title": "A", "arguments": "x", "tool": "c"}]""",
        "w.json: entry 1 (a): tool must be load or bench")]
    [InlineData(
        """[{"name": "a", "title": "A", "arguments": "x", "takes": -1}]""",
        "w.json: entry 1 (a): takes must be a number from 0 to 600")]
    public void mistake_names_file_entry_and_field(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<ConfigurationException>(() => Parse(text)).Message);

    [Fact]
    public void unknown_name_is_a_mistake() => Assert.Equal(
        "--only: there is no workload z (there are a, b, c)",
        Assert.Throws<ConfigurationException>(
            () => WorkloadList.Select(Parse(Three), WorkloadSet.Full, ["z"])).Message);

    [Fact]
    public void missing_file_is_a_mistake() =>
        Assert.Contains(
            "none.json",
            Assert.Throws<ConfigurationException>(() => WorkloadList.ReadFile("/nowhere/none.json")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void shipped_list_has_the_benchmarks_of_the_product()
    {
        IReadOnlyList<Workload> all = WorkloadList.ReadFile(Shipped.Path("perf/workloads.json"));
        Assert.Equal(2, all.Count(one => one.Tool == WorkloadTool.Bench && one.Set == WorkloadSet.Quick));
        Assert.Contains(all, one => one.IsPinned);
        Assert.Contains(all, one => one.IsFresh && one.IsInReadme);
    }

    private static IReadOnlyList<Workload> Parse(string text) => WorkloadList.Parse("w.json", text);
}

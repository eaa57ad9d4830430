// The load tool's command line: the options that scripts use, and mistakes in one line with exit code 2.
using System.Globalization;
using System.Text.Json;
using FastMqtt.Bench.Commands;
using Xunit;

namespace FastMqtt.Bench.Tests;

public class LoadToolTests(BrokerInProcess broker) : IClassFixture<BrokerInProcess>
{
    [Theory]
    [InlineData("throughput -d 0.1 --warm 0.02 -P 2 -S 2 -q 1 -w 50 -v 5")]
    [InlineData("throughput -d 0.1 --warm 0.02 -P 1 -S 3 -t one -s 100 -Q 0 -q 1")]
    [InlineData("latency -r 500 -d 0.2 --warm 0.05 -P 2 -S 2")]
    [InlineData("seed -q 0 -s 16 --iters 2 -n 100")]
    [InlineData("storm -c 50 -k 8 --hold 0.05 --storm-sub 1")]
    [InlineData("idle -c 50 -k 8 --hold 0.05")]
    [InlineData("subs -N 200 -S 2 -P 2 -w 50 -d 0.1 --mix wild")]
    [InlineData("subs -N 200 -S 2 -P 2 -w 50 -d 0.1 --published 20")]
    [InlineData("substorm -r 2000 -d 0.1 --warm 0.05")]
    [InlineData("fanout-storm -c 20 -r 500 --large-rate 20 -d 0.2 --warm 0.1")]
    [InlineData("retained -n 100 --iters 2")]
    [InlineData("offline -n 100 -q 2")]
    [InlineData("offline -d 0.1 -P 3 -S 2 -i 10 -t one --beside 200")]
    [InlineData("throughput -d 0.1 --warm 0.02 -q 1 --persistent")]
    [InlineData("latency -r 500 -d 0.1 --warm 0.02 -q 1 --persistent -v 5")]
    public void every_mode_is_one_line_of_json(string arguments)
    {
        string pid = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        (int exitCode, string output, string error) =
            Run($"{arguments} -p {broker.EndPoint.Port} --pid {pid} --label x --timeout 5");
        Assert.Equal(0, exitCode);
        Assert.Empty(error);
        using JsonDocument line = JsonDocument.Parse(Assert.Single(output.TrimEnd().Split('\n')));
        JsonElement root = line.RootElement;
        Assert.Equal(arguments.Split(' ')[0], root.GetProperty("mode").GetString());
        Assert.Equal("x", root.GetProperty("label").GetString());
        Assert.True(root.GetProperty("ok").GetBoolean());
        foreach (string name in (string[])["rate", "wall_s", "msgs", "broker_us_per_msg", "load_us_per_msg"])
        {
            Assert.True(root.TryGetProperty(name, out _), name);
        }
    }

    [Fact]
    public void a_table_is_for_people()
    {
        (int exitCode, string output, _) = Run($"throughput -n 100 -p {broker.EndPoint.Port} --table");
        Assert.Equal(0, exitCode);
        Assert.Matches(@"a second +[0-9,]+", output);
        Assert.DoesNotContain('{', output);
    }

    [Theory]
    [InlineData("", "command")]
    [InlineData("warp", "command")]
    [InlineData("throughput -q 3", "'3'")]
    [InlineData("throughput -t ring", "'ring'")]
    [InlineData("throughput -s 15", "'15'")]
    [InlineData("throughput -P 65536", "'65536'")]
    [InlineData("throughput -i 30001", "'30001'")]
    [InlineData("throughput -v 3", "'3'")]
    [InlineData("throughput -d x", "'x'")]
    [InlineData("throughput -s 1048577", "'1048577'")]
    [InlineData("offline -q 0", "'0'")]
    [InlineData("offline --beside x", "'x'")]
    [InlineData("offline --persistent", "persistent")]
    [InlineData("subs -N 10000000", "'10000000'")]
    [InlineData("storm -c 0", "'0'")]
    public void a_mistake_is_one_line_that_names_it(string arguments, string named)
    {
        (int exitCode, string output, string error) = Run(arguments);
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void a_broker_that_is_not_there_is_exit_code_1_and_still_a_line()
    {
        (int exitCode, string output, string error) = Run("throughput -p 1 -d 0.1");
        Assert.Equal(1, exitCode);
        using JsonDocument line = JsonDocument.Parse(output);
        Assert.False(line.RootElement.GetProperty("ok").GetBoolean());
        Assert.Contains("refused", error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void a_host_that_does_not_exist_is_named()
    {
        (int exitCode, _, string error) = Run("throughput -h host.invalid -d 0.1");
        Assert.Equal(1, exitCode);
        Assert.Contains("host.invalid", error, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output, string Error) Run(string arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        string[] args = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int exitCode = LoadTool.Run(args, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}

// `fastmqtt bench`: the standard set, and the modes by the names a user knows. Its grammar's mistakes are in the
// executable's own tests.
using System.CommandLine;
using FastMqtt.Bench.Commands;
using Xunit;

namespace FastMqtt.Bench.Tests;

public class BenchCommandTests(BrokerInProcess broker) : IClassFixture<BrokerInProcess>
{
    [Fact]
    public void alone_it_is_a_table_of_short_loads()
    {
        (int exitCode, string output, string error) = Run($"-p {broker.EndPoint.Port} -d 0.05");
        Assert.Empty(error);
        Assert.Equal(0, exitCode);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(9, lines.Length);
        Assert.Contains("per second", lines[1], StringComparison.Ordinal);
        Assert.Matches(@"^10 pairs, QoS 1 +[0-9,]+ +[0-9.,]+ +[0-9.,]+ +-$", lines[4]);
        Assert.All(lines[1..], line => Assert.Equal(lines[1].Length, line.Length));
    }

    [Fact]
    public void alone_it_can_be_json_too()
    {
        (int exitCode, string output, _) = Run($"-p {broker.EndPoint.Port} -d 0.05 --json -v 5");
        Assert.Equal(0, exitCode);
        Assert.Equal(7, output.TrimEnd().Split('\n').Length);
        Assert.Contains("\"label\":\"1 to 100, QoS 0\"", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("connect -c 20 --hold 0", "storm, 20 connections")]
    [InlineData("idle -c 20 --hold 0", "idle, 20 connections")]
    [InlineData("throughput -n 100 -q 1", "throughput, 1 to 1 (pair), QoS 1, 64 bytes")]
    [InlineData("1x1 -c 100", "1x1: 100 messages of 1024 bytes at QoS 0, at most 10 on the way, 127.0.0.1:")]
    public void a_mode_prints_what_it_did(string arguments, string first)
    {
        (int exitCode, string output, string error) = Run($"{arguments} -p {broker.EndPoint.Port}");
        Assert.Empty(error);
        Assert.Equal(0, exitCode);
        Assert.StartsWith(first, output, StringComparison.Ordinal);
    }

    [Fact]
    public void a_broker_that_is_not_there_is_one_line()
    {
        (int exitCode, _, string error) = Run("-p 1");
        Assert.Equal(1, exitCode);
        Assert.StartsWith("fastmqtt: 1 to 1, QoS 0: connect to 127.0.0.1:1", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static (int ExitCode, string Output, string Error) Run(string arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var settings = new LoadSettings(output, error) { Program = "fastmqtt", TopicPrefix = "fastmqtt-bench/1/" };
        int exitCode = BenchCommand.Create(settings).Parse(arguments).Invoke();
        return (exitCode, output.ToString(), error.ToString());
    }
}

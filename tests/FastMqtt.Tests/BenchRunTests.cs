// Both benchmarks against a relay that behaves, and against one that does not.
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace FastMqtt.Tests;

public class BenchRunTests
{
    [Fact]
    public async Task seed_bench_prints_the_seeds_lines()
    {
        using var peer = new ScriptedPeer();
        Task relay = peer.RelayAsync("20020000", "9003123400");
        (int exitCode, string output, string error) = await Run("seed", peer.Port, "-c", "500", "-l", "10");
        await relay;
        Assert.Empty(error);
        Assert.Equal(ExitCodes.Success, exitCode);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(
            [
                "[Bench] Network: single publisher -> single subscriber",
                "[Bench] Sending 500 packages, 10 concurrent ..",
                "[Bench] Please wait ..",
                "[Bench] Completed.",
            ],
            lines[..4]);
        Assert.Matches(@"^\[Bench\] Time delta: [0-9.]+ ms$", lines[4]);
        Assert.Matches(@"^\[Bench\] Msg/Sec: [0-9.]+ Msg/s$", lines[5]);
        Assert.Equal(6, lines.Length);
    }

    [Fact]
    public async Task seed_bench_wants_exactly_the_seeds_connack()
    {
        using var peer = new ScriptedPeer();
        _ = peer.RelayAsync("20020100", "9003123400");
        (int exitCode, _, string error) = await Run("seed", peer.Port);
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Equal("fastmqtt: unexpected CONNACK: expected 20020000, found 20020100", error.Trim());
    }

    [Theory]
    [InlineData("-l", "1")]
    [InlineData("-l", "10")]
    [InlineData("-l", "5000")]
    [InlineData("-z", "16")]
    public async Task one_to_one_checks_every_frame(string option, string value)
    {
        using var peer = new ScriptedPeer();
        Task relay = peer.RelayAsync("20020000", "9003000100");
        (int exitCode, string output, string error) = await Run("1x1", peer.Port, "-c", "2000", option, value);
        await relay;
        Assert.Empty(error);
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Contains("1x1: 2000 messages, each checked, in ", output, StringComparison.Ordinal);
        Assert.Matches(@"1x1: latency p50 [0-9.]+ us, p99 [0-9.]+ us, p99\.9 [0-9.]+ us", output);
    }

    [Fact]
    public async Task one_to_one_stops_at_a_spoilt_byte()
    {
        using var peer = new ScriptedPeer();
        Task relay = peer.RelayAsync("20020000", "9003000100", static (bytes, position) =>
        {
            if (position > 0)
            {
                bytes[0] ^= 1;
            }
        });
        (int exitCode, _, string error) = await Run("1x1", peer.Port, "-c", "100000");
        await relay;
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.StartsWith("fastmqtt: ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task one_to_one_ends_after_its_seconds()
    {
        using var peer = new ScriptedPeer();
        Task relay = peer.RelayAsync("20020000", "9003000100");
        (int exitCode, string output, _) = await Run("1x1", peer.Port, "-s", "1");
        await relay;
        Assert.Equal(ExitCodes.Success, exitCode);
        // At least: how much longer is the machine's affair.
        Match seconds = Regex.Match(output, @"each checked, in ([0-9]+\.[0-9]{3}) s");
        Assert.InRange(double.Parse(seconds.Groups[1].Value, CultureInfo.InvariantCulture), 1, double.MaxValue);
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(
        string bench, int port, params string[] options)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        string[] arguments = ["bench", bench, "-h", "127.0.0.1", "-p", $"{port}", .. options];
        int exitCode = await Task.Run(() => CommandLine.Run(arguments, output, error));
        return (exitCode, output.ToString(), error.ToString());
    }
}

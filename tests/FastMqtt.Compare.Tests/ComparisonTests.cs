// A whole comparison with real brokers and a load tool made of a shell script: the order of runs, who is paused, what
// becomes of failures.
using System.Runtime.Versioning;
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Running;
using Xunit;

namespace FastMqtt.Compare.Tests;

[SupportedOSPlatform("linux")]
public sealed class ComparisonTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("compare-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void brokers_take_turns_and_each_round_begins_with_another()
    {
        IReadOnlyList<Sample> samples = Run(rounds: 2, """echo '{"rate": 5, "ok": true}'""");
        Assert.Equal(["A1", "B1", "B2", "A2"], samples.Select(sample => $"{sample.Broker}{sample.Round}"));
        Assert.All(samples, sample => Assert.True(sample.IsOk, sample.Failure));
        Assert.All(samples, sample => Assert.True(sample.Figure(FigureNames.ResidentAtStart) > 0));
    }

    [Fact]
    public void other_brokers_are_paused_meanwhile()
    {
        // How many of the processes that run fastmqtt.dll for this test are stopped while the load runs.
        string tool =
            """
            paused=0
            for process in /proc/[0-9]*; do
                tr '\0' ' ' <$process/cmdline 2>/dev/null | grep -q "COMPARED" || continue
                grep -q '^State:.T' $process/status && paused=$((paused + 1))
            done
            echo "{\"rate\": 5, \"paused\": $paused, \"ok\": true}"
            """;
        IReadOnlyList<Sample> samples = Run(rounds: 2, tool);
        Assert.Equal([0, 1, 1, 1], samples.Select(sample => (int)(sample.Figure("paused") ?? -1)));
    }

    [Fact]
    public void loss_is_a_failure_and_the_rest_goes_on()
    {
        IReadOnlyList<Sample> samples = Run(
            rounds: 1,
            """
            case "$*" in
                *"--label B"*) echo '{"rate": 5, "lost": 2, "ok": false}' ;;
                *) echo '{"rate": 5, "ok": true}' ;;
            esac
            """);
        Assert.Equal([null, "2 lost"], samples.Select(sample => sample.Failure));
    }

    [Fact]
    public void broker_that_dies_under_load_fails_and_is_started_again()
    {
        IReadOnlyList<Sample> samples = Run(
            rounds: 2, """while [ "$1" != --pid ]; do shift; done; kill -9 "$2"; echo '{"rate": 5, "ok": true}'""");
        Assert.Equal(4, samples.Count);
        Assert.All(
            samples,
            sample => Assert.Contains("ended with exit code 137", sample.Failure, StringComparison.Ordinal));
    }

    [Fact]
    public void broker_that_hangs_under_load_fails_and_is_ended()
    {
        IReadOnlyList<Sample> samples = Run(
            rounds: 1,
            """
            case "$*" in
                *" -d "* | *"--label A"*) ;; # a warm-up, or the other one
                *)
                    arguments="$*"
                    broker="${arguments##*--pid }"
                    kill -STOP "$broker"
                    until grep -q '^State:.T' "/proc/$broker/status"; do sleep 0.01; done ;;
            esac
            echo '{"rate": 5, "ok": true}'
            """);
        Assert.Equal([null, "the broker no longer answers"], samples.Select(sample => sample.Failure));
    }

    [Fact]
    public void broker_that_does_not_start_fails_alone()
    {
        IReadOnlyList<Sample> samples = Run(
            rounds: 1,
            """echo '{"rate": 5, "ok": true}'""",
            new BrokerEntry { Name = "B", Command = ["sh", "-c", "exit 9"], Port = 21_399 });
        Assert.Null(samples[0].Failure);
        Assert.Equal("B does not start: the broker ended with exit code 9", samples[1].Failure);
    }

    private IReadOnlyList<Sample> Run(int rounds, string tool, BrokerEntry? second = null)
    {
        // A word in the command line by which this test's brokers are told from other tests'.
        string mark = $"mark{Guid.NewGuid():N}";
        string path = Path.Combine(_folder, "tool");
        File.WriteAllText(path, $"#!/bin/sh\n{tool.Replace("COMPARED", mark, StringComparison.Ordinal)}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        RunPlan plan = new RunPlan
        {
            Unpinned = [new Workload { Name = "w", Title = "W", Arguments = "throughput" }],
            Pinned = [],
            Rounds = rounds,
            Brokers = 2,
            IsQuick = true,
        };
        plan = plan.WithinBudget(60);
        using var comparison = new Comparison(
            [Marked("A", mark), second ?? Marked("B", mark)], plan, new Tools(_folder, path, path),
            new ProgressLines(TextWriter.Null, plan));
        return comparison.Run(TestContext.Current.CancellationToken);
    }

    // The shell gives the word to the broker as its own name and is then the broker.
    private static BrokerEntry Marked(string name, string mark) => new()
    {
        Name = name,
        Command =
        [
            "bash", "-c",
            $"exec -a {mark} dotnet \"{Path.Combine(AppContext.BaseDirectory, "fastmqtt.dll")}\" -p {{port}}",
        ],
    };
}

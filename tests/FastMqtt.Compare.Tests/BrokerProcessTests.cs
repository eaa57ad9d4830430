// Brokers end for certain: when asked, when they do not listen, when their start is given up, and their children too.
using System.Globalization;
using FastMqtt.Compare.Brokers;
using FastMqtt.Compare.Configuration;
using Xunit;

namespace FastMqtt.Compare.Tests;

public sealed class BrokerProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("compare-tests-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void broker_answers_pauses_goes_on_and_ends()
    {
        BrokerProcess broker = BrokerProcess.Start(
            FastMqttEntry.Create("X"), _folder, core: null, TestContext.Current.CancellationToken);
        int process = broker.ProcessId;
        try
        {
            Assert.True(broker.ResidentKibAtStart > 0);
            Assert.True(ProcessMeter.CpuMicroseconds(process) > 0);
            broker.Pause();
            Assert.True(Within(() => StateOf(process) == 'T'));
            broker.Resume();
            Assert.True(Within(() => StateOf(process) != 'T'));
            broker.Pause();
        }
        finally
        {
            // Paused: it must be woken to end.
            broker.Dispose();
        }

        Assert.Null(StateOf(process));
    }

    [Fact]
    public void broker_that_ends_at_once_tells_why()
    {
        BrokerException failure = Assert.Throws<BrokerException>(() => Start("echo no luck >&2; exit 3", Stop));
        Assert.Equal("X does not start: the broker ended with exit code 3: no luck", failure.Message);
    }

    [Fact]
    public void start_that_is_given_up_leaves_no_process_and_no_child()
    {
        using var stop = new CancellationTokenSource();
        string ids = Path.Combine(_folder, "ids");
        var watch = new Thread(() =>
        {
            Within(() => File.Exists(ids) && File.ReadAllText(ids).EndsWith('\n'));
            stop.Cancel();
        });
        watch.Start();

        // Neither listens to SIGTERM; both must be gone.
        Assert.Throws<OperationCanceledException>(
            () => Start($"trap '' TERM; sleep 1000 & echo $$ $! >{ids}; while :; do wait; done", stop.Token));
        watch.Join();
        string[] processes = File.ReadAllText(ids).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, processes.Length);
        Assert.All(processes, id => Assert.True(Within(
            () => StateOf(int.Parse(id, CultureInfo.InvariantCulture)) is null or 'Z')));
    }

    [Fact]
    public void configuration_file_gets_the_port_and_is_deleted()
    {
        string template = Path.Combine(_folder, "x.conf");
        File.WriteAllText(template, "listener {port}\n");
        BrokerEntry entry = Shell("cat {config} >&2; exit 1") with { ConfigFile = template, Port = 21_234 };
        BrokerException failure = Assert.Throws<BrokerException>(
            () => BrokerProcess.Start(entry, _folder, core: null, Stop));
        Assert.EndsWith(": listener 21234", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), $"compare-{Environment.ProcessId}-21234.conf"));
    }

    [Fact]
    public void program_is_found_among_daemons_or_not_at_all()
    {
        Assert.NotNull(Launcher.Find("sh", _folder));
        Assert.Null(Launcher.Find("no-such-broker", _folder));
        Assert.Null(Launcher.Find("artifacts/none", _folder));
    }

    private static BrokerEntry Shell(string script) => new() { Name = "X", Command = ["sh", "-c", script] };

    private void Start(string script, CancellationToken stop) =>
        BrokerProcess.Start(Shell(script), _folder, core: null, stop).Dispose();

    private static char? StateOf(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool Within(Func<bool> isTrue)
    {
        using var never = new ManualResetEventSlim();
        for (int i = 0; i < 500; i++)
        {
            if (isTrue())
            {
                return true;
            }

            never.Wait(TimeSpan.FromMilliseconds(20));
        }

        return false;
    }
}

// One start of a broker: process, port, what it printed last, written configuration. Disposing it ends the process for
// certain. Made by BrokerUnderTest.
using System.Diagnostics;
using FastMqtt.Compare.Configuration;

namespace FastMqtt.Compare.Brokers;

public sealed class BrokerProcess : IDisposable
{
    // A broker on a virtual machine of its own language may take that long to answer its first client.
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastWordsMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly OutputTail _output = new();
    private readonly string? _configPath;

    private BrokerProcess(BrokerEntry entry, string folder, int? core)
    {
        int port = entry.Port ?? FreePort.Choose();
        Address = new BrokerAddress(BrokerAddress.Loopback, port);
        _configPath = WriteConfig(entry, port);
        string program = Launcher.Find(entry.Command[0], folder) ?? entry.Command[0];
        ProcessStartInfo start = Launcher.Prepare(
            [program, .. entry.Command.Skip(1).Select(word => Fill(word, port, _configPath))], core);
        start.WorkingDirectory = folder;
        foreach ((string name, string value) in entry.Environment)
        {
            start.Environment[name] = Fill(value, port, _configPath);
        }

        _process = Process.Start(start) ?? throw new BrokerException($"{entry.Name} could not be started");
        Guard.OfThisProcess.Keep(_process.Id);
        _process.StandardInput.Close();
        _output.Attach(_process);
    }

    public BrokerAddress Address { get; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Resident memory when it first answered, before any load.</summary>
    public double ResidentKibAtStart { get; private set; }

    /// <exception cref="BrokerException">It ended, or it did not answer in time; says what it printed last.</exception>
    public static BrokerProcess Start(BrokerEntry entry, string folder, int? core, CancellationToken stop)
    {
        var broker = new BrokerProcess(entry, folder, core);
        try
        {
            broker.WaitUntilItAnswers(entry.Name, stop);
            return broker;
        }
        catch
        {
            broker.Dispose();
            throw;
        }
    }

    /// <summary>Takes no more CPU until Resume: what is not measured must not disturb.</summary>
    public void Pause() => Signals.SendToGroup(_process.Id, Signals.Stop);

    public void Resume() => Signals.SendToGroup(_process.Id, Signals.Continue);

    /// <summary>How it ended, for a report.</summary>
    public string DescribeEnd()
    {
        // Its last words may still be in the pipe, and a child of it may hold that open for long.
        _process.WaitForExitAsync(CancellationToken.None).Wait(LastWordsMax);
        return $"the broker ended with exit code {_process.ExitCode}{_output.LastLine(": ")}";
    }

    /// <summary>What became of a broker that does not answer any more.</summary>
    public string DescribeLoss() => _process.WaitForExit(LastWordsMax) ? DescribeEnd() : "the broker no longer answers";

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Resume();
            Signals.SendToGroup(_process.Id, Signals.Terminate);
            _process.WaitForExit(EndMax);
        }

        // The group too: a broker's children may not end with it.
        Signals.SendToGroup(_process.Id, Signals.Kill);
        _process.WaitForExit(EndMax);
        Guard.OfThisProcess.Forget(_process.Id);
        _process.Dispose();
        if (_configPath is not null)
        {
            File.Delete(_configPath);
        }
    }

    private static string Fill(string text, int port, string? configPath) => text
        .Replace(BrokerEntry.PortPlaceholder, $"{port}", StringComparison.Ordinal)
        .Replace(BrokerEntry.ConfigPlaceholder, configPath, StringComparison.Ordinal);

    private static string? WriteConfig(BrokerEntry entry, int port)
    {
        if (entry.ConfigFile is null)
        {
            return null;
        }

        string path = Path.Combine(Path.GetTempPath(), $"compare-{Environment.ProcessId}-{port}.conf");
        File.WriteAllText(path, Fill(File.ReadAllText(entry.ConfigFile), port, configPath: null));
        return path;
    }

    private void WaitUntilItAnswers(string name, CancellationToken stop)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!MqttProbe.Answers(Address))
        {
            stop.ThrowIfCancellationRequested();
            if (_process.HasExited)
            {
                throw new BrokerException($"{name} does not start: {DescribeEnd()}");
            }

            if (Stopwatch.GetElapsedTime(begin) > StartMax)
            {
                throw new BrokerException(
                    $"{name} does not answer on {Address} within {StartMax.TotalSeconds} s{_output.LastLine(": ")}");
            }

            stop.WaitHandle.WaitOne(LookAgain);
        }

        ResidentKibAtStart = ProcessMeter.ResidentKib(_process.Id);
    }
}

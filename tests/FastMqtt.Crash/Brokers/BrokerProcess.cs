// The broker under test as a process: started, asked whether it answers, killed, and its log read for damage.
using System.Diagnostics;
using System.Text.RegularExpressions;
using FastMqtt.Crash.Clients;

namespace FastMqtt.Crash.Brokers;

internal sealed partial class BrokerProcess : IDisposable
{
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(5);

    private readonly BrokerSettings _settings;
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private bool _isKilled;

    private BrokerProcess(BrokerSettings settings)
    {
        _settings = settings;
        string[] words = [.. settings.Command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Absolute)];
        var start = new ProcessStartInfo(words[0], [.. words[1..], "-c", settings.ConfigurationPath])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = settings.Root,
        };
        foreach ((string name, string value) in settings.Environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    // Since the start of the process.
    public TimeSpan Age => Stopwatch.GetElapsedTime(_started);

    // It ended, and not by Kill.
    public bool HasFailed => !_isKilled && _process.HasExited;

    public static BrokerProcess Start(BrokerSettings settings) => new(settings);

    // True: it answers a client within the bound.
    public bool WaitUntilReady(TimeSpan bound)
    {
        while (Age < bound && !_process.HasExited)
        {
            if (Probe.Answers(_settings.EndPoint, bound - Age))
            {
                return true;
            }

            _process.WaitForExit(ProbePause);
        }

        return false;
    }

    // Returns when the time is over or the process has ended.
    public void RunFor(TimeSpan time) => _process.WaitForExit(time);

    public void Kill()
    {
        _isKilled |= !_process.HasExited;
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    // Lines that a healthy start and run does not have.
    public IReadOnlyList<string> Damage() => Lines(line => DamageWord().IsMatch(line) || line.Contains(": Error: "));

    // Lines of Warning and Error.
    public IReadOnlyList<string> Troubles() =>
        Lines(line => line.Contains(": Warning: ") || line.Contains(": Error: "));

    // It works in a directory of its own, and is named from here.
    private static string Absolute(string word) => File.Exists(word) ? Path.GetFullPath(word) : word;

    private string[] Lines(Func<string, bool> isWanted)
    {
        lock (_lines)
        {
            return [.. _lines.Where(isWanted)];
        }
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
            File.AppendAllText(_settings.LogPath, line + "\n");
        }
    }

    [GeneratedRegex(
        "corrupt|damag|malformed|not a database|moved aside|unhandled|exception|abort", RegexOptions.IgnoreCase)]
    private static partial Regex DamageWord();
}

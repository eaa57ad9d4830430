// The executable as a process of its own, so that exit codes, signals and stderr are the real ones.
// Owns the process: it is killed at the end of a test that did not stop it.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace FastMqtt.Tests;

internal sealed class BrokerUnderTest : IDisposable
{
    // Far above what a loaded machine needs; a test that gets here has failed.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    public BrokerUnderTest(params string[] arguments)
        : this([], arguments)
    {
    }

    public BrokerUnderTest(Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "fastmqtt"), arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
    }

    public int Id => _process.Id;

    /// <summary>Reads the log until a line ends with this text; returns the line.</summary>
    public async Task<string> WaitForLineAsync(string ending)
    {
        using var deadline = new CancellationTokenSource(Limit);
        while (await _process.StandardError.ReadLineAsync(deadline.Token) is string line)
        {
            if (line.EndsWith(ending, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"the log ended before '{ending}'");
    }

    /// <summary>The port of the first listener, read from its log line.</summary>
    public async Task<int> WaitForPortAsync()
    {
        string line = await WaitForLineAsync("anonymous access allowed");
        int start = line.LastIndexOf(':') + 1;
        return int.Parse(line.AsSpan(start, line.IndexOf(',', start) - start), CultureInfo.InvariantCulture);
    }

    public void Signal(PosixSignal signal) => Signal(signal == PosixSignal.SIGINT ? "INT" : "TERM");

    /// <summary>Sends a signal by its name without SIG.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public async Task<(int ExitCode, string Error)> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(Limit);
        string error = await _process.StandardError.ReadToEndAsync(deadline.Token);
        await _process.WaitForExitAsync(deadline.Token);
        return (_process.ExitCode, error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}

// Runs a program to its end, within a time, and hands back what it printed. Ends with the comparison when that is
// stopped. Called by LoadTool, BenchTool and Versions.
using System.Diagnostics;
using FastMqtt.Compare.Brokers;

namespace FastMqtt.Compare.Running;

public sealed record Invocation(int ExitCode, string Output, string Error, bool IsOverdue)
{
    /// <summary>The last line that the program printed on stderr, or on stdout when there is none.</summary>
    public string LastLine => LastOf(Error) ?? LastOf(Output) ?? $"exit code {ExitCode}";

    /// <exception cref="OperationCanceledException">The comparison was stopped.</exception>
    public static Invocation Run(
        IReadOnlyList<string> command, string folder, int? core, TimeSpan limit, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        ProcessStartInfo start = Launcher.Prepare(command, core);
        start.WorkingDirectory = folder;
        using Process process = Process.Start(start)
            ?? throw new InvalidOperationException($"{command[0]} could not be started");
        int id = process.Id;
        Guard.OfThisProcess.Keep(id);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using CancellationTokenRegistration end = stop.Register(() => Signals.SendToGroup(id, Signals.Kill));
        bool isOverdue = !process.WaitForExit(limit);
        if (isOverdue)
        {
            Signals.SendToGroup(id, Signals.Kill);
            process.WaitForExit(limit);
        }

        Guard.OfThisProcess.Forget(id);
        Task.WaitAll([output, error], (int)limit.TotalMilliseconds, CancellationToken.None);
        stop.ThrowIfCancellationRequested();
        return new Invocation(process.ExitCode, TextOf(output), TextOf(error), isOverdue);
    }

    private static string TextOf(Task<string> reading) =>
        reading.IsCompletedSuccessfully ? reading.GetAwaiter().GetResult() : string.Empty;

    private static string? LastOf(string text) => text
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .LastOrDefault();
}

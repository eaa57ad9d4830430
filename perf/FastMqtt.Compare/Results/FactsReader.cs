// Asks the machine, git and the brokers what they are. Called by Program before anything is measured.
using FastMqtt.Compare.Brokers;
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Running;

namespace FastMqtt.Compare.Results;

internal static class FactsReader
{
    private const string Unknown = "unknown";
    private static readonly TimeSpan QuestionMax = TimeSpan.FromSeconds(10);

    public static Facts Read(
        IReadOnlyList<BrokerEntry> brokers, RunPlan plan, Tools tools, string command, CancellationToken stop) => new()
        {
            Start = DateTimeOffset.UtcNow,
            Command = command,
            Commit = Commit(tools.Folder, stop),
            Machine = $"{Environment.ProcessorCount} cores, {Processor()}",
            System = $"Linux {FirstLine("/proc/sys/kernel/osrelease")}",
            Versions = brokers.ToDictionary(broker => broker.Name, broker => Version(broker, tools.Folder, stop)),
            Generator = Path.GetFileName(tools.Load),
            Rounds = plan.Rounds,
            Seconds = plan.Seconds,
            IsQuick = plan.IsQuick,
            LoadBefore = LoadAverage(),
        };

    public static string LoadAverage() => FirstLine("/proc/loadavg").Split(' ')[0];

    private static string Version(BrokerEntry broker, string folder, CancellationToken stop)
    {
        if (broker.VersionCommand.Count == 0)
        {
            return broker.Name;
        }

        string? program = Launcher.Find(broker.VersionCommand[0], folder);
        if (program is null)
        {
            return broker.Name;
        }

        // Some print their version with an exit code that is not 0.
        Invocation run = Invocation.Run(
            [program, .. broker.VersionCommand.Skip(1)], folder, core: null, QuestionMax, stop);
        string? line = run.Output.Split('\n').Concat(run.Error.Split('\n'))
            .FirstOrDefault(line => !string.IsNullOrWhiteSpace(line));
        string? number = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(word => word.TrimStart('v').Length > 0 && char.IsAsciiDigit(word.TrimStart('v')[0]));
        return $"{broker.Name} {number?.Trim(',', ';') ?? line ?? Unknown}";
    }

    private static string Commit(string folder, CancellationToken stop)
    {
        if (Launcher.Find("git", folder) is null)
        {
            return Unknown;
        }

        Invocation head = Git("rev-parse", "--short", "HEAD");
        if (head.ExitCode != 0)
        {
            return Unknown;
        }

        bool isChanged = Git("diff", "--quiet", "HEAD", "--", "src", "perf/FastMqtt.Load").ExitCode != 0;
        return head.Output.Trim() + (isChanged ? " with changes" : string.Empty);

        Invocation Git(params string[] words) =>
            Invocation.Run(["git", .. words], folder, core: null, QuestionMax, stop);
    }

    private static string Processor()
    {
        const string Key = "model name";
        string? line = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? Unknown;
    }

    private static string FirstLine(string path) => File.ReadLines(path).FirstOrDefault() ?? Unknown;
}

// Finds programs and prepares their start: in a session of their own, so that a signal to the group reaches their
// children and Ctrl-C in the terminal does not. Called by BrokerProcess and Invocation.
using System.Diagnostics;

namespace FastMqtt.Compare.Brokers;

public static class Launcher
{
    // Where Debian keeps daemons, which is not where an ordinary user's path looks.
    private static readonly string[] DaemonFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>The program's path, or null: not installed. A name with a slash is relative to folder.</summary>
    public static string? Find(string program, string folder)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            string path = Path.Combine(folder, program);
            return File.Exists(path) ? Path.GetFullPath(path) : null;
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':');
        return folders.Concat(DaemonFolders)
            .Select(each => Path.Combine(each, program))
            .FirstOrDefault(File.Exists);
    }

    /// <param name="core">The one core it may use; null: all.</param>
    public static ProcessStartInfo Prepare(IReadOnlyList<string> command, int? core)
    {
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] wrapping = core is { } one ? ["taskset", "-c", $"{one}"] : [];
        foreach (string word in wrapping.Concat(command))
        {
            start.ArgumentList.Add(word);
        }

        return start;
    }
}

// The program sqlite3 as one who writes: it commits a row at a time and says so before it gets the next one.
using System.Diagnostics;
using System.Globalization;

namespace FastMqtt.Crash.Power;

internal sealed class SqliteSession : IDisposable
{
    private readonly Process _process;

    public SqliteSession(string path, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("sqlite3", ["-batch", path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
    }

    // Returns when all statements before are done.
    public void Run(string sql)
    {
        _process.StandardInput.WriteLine(sql + " SELECT 'done';");
        _process.StandardInput.Flush();
        while (_process.StandardOutput.ReadLine() is string line && line != "done")
        {
        }
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose() => _process.Dispose();

    // The numbers of all rows; null: SQLite finds the file damaged.
    public static HashSet<int>? ReadRows(string path)
    {
        const string Sql = "PRAGMA integrity_check; SELECT id FROM t;";
        var start = new ProcessStartInfo("sqlite3", ["-batch", path, Sql])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        // Before the first commit there is no table.
        bool isEmpty = error.Contains("no such table", StringComparison.Ordinal);
        return lines is ["ok", ..] && (isEmpty || error.Length == 0)
            ? [.. lines.Skip(1).Select(line => int.Parse(line, CultureInfo.InvariantCulture))]
            : null;
    }
}

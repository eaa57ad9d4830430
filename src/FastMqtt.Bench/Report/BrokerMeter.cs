// CPU and memory of the broker's process and its descendants, read from /proc. Unknown (no process given): every
// reading is zero and no report shows it.
using System.Globalization;
using System.Text;

namespace FastMqtt.Bench.Report;

internal sealed class BrokerMeter
{
    // Linux reports ticks of 1/100 s to programs, whatever the kernel's own are.
    private const double TickMicroseconds = 10_000;

    // The two ways to read CPU may differ by this much: four ticks.
    private const double AgreementMicroseconds = 40_000;

    private readonly List<int> _processes = [];

    public BrokerMeter(int process)
    {
        if (process == 0)
        {
            return;
        }

        if (!Directory.Exists(ProcPath(process, string.Empty)))
        {
            throw new BenchException($"there is no process {process} on this machine (--pid)");
        }

        _processes.Add(process);
        AddDescendants();
    }

    public bool IsKnown => _processes.Count > 0;

    public long ResidentKilobytes => Sum("status", "VmRSS:");

    public long PeakKilobytes => Sum("status", "VmHWM:");

    /// <summary>Pages shared with others counted by their share.</summary>
    public long ProportionalKilobytes => Sum("smaps_rollup", "Pss:");

    /// <summary>From now on the peak is that of this run; for processes of others it stays theirs.</summary>
    public void ResetPeak()
    {
        foreach (int process in _processes)
        {
            try
            {
                File.WriteAllText(ProcPath(process, "clear_refs"), "5");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    public CpuReading ReadCpu()
    {
        double ticks = 0;
        double scheduled = 0;
        foreach (int process in _processes)
        {
            // The name, in parentheses, may hold anything: fields are counted behind it.
            string stat = Read(ProcPath(process, "stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 12)
            {
                ticks += Number(fields[11]) + Number(fields[12]);
            }

            scheduled += ScheduledNanoseconds(process);
        }

        return new CpuReading(ticks * TickMicroseconds, scheduled / 1000);
    }

    /// <summary>
    /// Microseconds of CPU between two readings: by the nanosecond counters of the threads, or by ticks when these do
    /// not agree because a thread ended in between.
    /// </summary>
    public static double Difference(CpuReading from, CpuReading to)
    {
        double ticks = to.TickMicroseconds - from.TickMicroseconds;
        double scheduled = to.ScheduledMicroseconds - from.ScheduledMicroseconds;
        return scheduled > 0 && Math.Abs(scheduled - ticks) <= AgreementMicroseconds ? scheduled : ticks;
    }

    private static double ScheduledNanoseconds(int process)
    {
        double sum = 0;
        try
        {
            foreach (string thread in Directory.EnumerateDirectories(ProcPath(process, "task")))
            {
                string text = Read(Path.Combine(thread, "schedstat"));
                sum += Number(text.Split(' ')[0]);
            }
        }
        catch (DirectoryNotFoundException)
        {
            return 0; // the broker has ended; the run will notice by its connections
        }

        return sum;
    }

    private void AddDescendants()
    {
        var children = new List<(int Process, int Parent)>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int process))
            {
                string stat = Read(Path.Combine(folder, "stat"));
                string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                children.Add((process, fields.Length > 1 ? (int)Number(fields[1]) : 0));
            }
        }

        for (int i = 0; i < _processes.Count; i++)
        {
            foreach ((int process, int parent) in children)
            {
                if (parent == _processes[i])
                {
                    _processes.Add(process);
                }
            }
        }
    }

    private long Sum(string file, string key)
    {
        long sum = 0;
        foreach (int process in _processes)
        {
            foreach (string line in Read(ProcPath(process, file)).Split('\n'))
            {
                if (line.StartsWith(key, StringComparison.Ordinal))
                {
                    sum += (long)Number(line[key.Length..].Replace("kB", string.Empty, StringComparison.Ordinal));
                }
            }
        }

        return sum;
    }

    private static double Number(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out double value) ? value : 0;

    private static string ProcPath(int process, string file) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{file}");

    // Processes and threads come and go while they are read.
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.ASCII);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}

// CPU time and resident memory of a process and its children, read from /proc. Used where the load tool does not
// report them itself, and for the memory at start. Called by BrokerProcess and BenchTool.
using System.Globalization;

namespace FastMqtt.Compare.Brokers;

public static class ProcessMeter
{
    private const double NanosecondsPerMicrosecond = 1000;

    public static double CpuMicroseconds(int process) => Family(process).Sum(CpuOfOne);

    /// <summary>Resident set size; of several processes the sum.</summary>
    public static double ResidentKib(int process) => Family(process).Sum(one => StatusKib(one, "VmRSS:"));

    public static double PeakResidentKib(int process) => Family(process).Sum(one => StatusKib(one, "VmHWM:"));

    private static List<int> Family(int process)
    {
        List<int> family = [process];
        for (int i = 0; i < family.Count; i++)
        {
            foreach (string task in FoldersIn($"/proc/{family[i]}/task"))
            {
                family.AddRange(Read(Path.Combine(task, "children"))
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(id => int.Parse(id, CultureInfo.InvariantCulture)));
            }
        }

        return family;
    }

    // Time on a processor in nanoseconds is the first number of schedstat; the ticks of /proc/PID/stat are too coarse
    // for a run of a tenth of a second. A thread that has ended is missing: brokers keep theirs.
    private static double CpuOfOne(int process) => FoldersIn($"/proc/{process}/task")
        .Select(task => Read(Path.Combine(task, "schedstat")).Split(' ')[0])
        .Where(text => text.Length > 0)
        .Sum(text => Number(text) / NanosecondsPerMicrosecond);

    private static double StatusKib(int process, string field)
    {
        string? line = Read($"/proc/{process}/status").Split('\n')
            .FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal));
        return line is null ? 0 : Number(line[field.Length..].Replace("kB", null, StringComparison.Ordinal));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    // A process may end between two looks.
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    private static string[] FoldersIn(string path)
    {
        try
        {
            return Directory.GetDirectories(path);
        }
        catch (IOException)
        {
            return [];
        }
    }
}

// Reads perf/workloads.json and chooses what a run does. Called by Program.
namespace FastMqtt.Compare.Configuration;

public static class WorkloadList
{
    private const double ExtraSecondsMax = 600;

    /// <exception cref="ConfigurationException">The file or an entry is wrong.</exception>
    public static IReadOnlyList<Workload> ReadFile(string path) => Read(JsonEntries.ReadFile(path));

    /// <exception cref="ConfigurationException">The text or an entry is wrong.</exception>
    public static IReadOnlyList<Workload> Parse(string file, string text) => Read(JsonEntries.Parse(file, text));

    /// <summary>Those that were asked for by name, or all of the sets up to the given one.</summary>
    /// <exception cref="ConfigurationException">A name is unknown.</exception>
    public static IReadOnlyList<Workload> Select(
        IReadOnlyList<Workload> all, WorkloadSet set, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (!all.Any(workload => workload.Name == name))
            {
                throw new ConfigurationException(
                    $"--only: there is no workload {name} "
                    + $"(there are {string.Join(", ", all.Select(one => one.Name))})");
            }
        }

        return [.. all.Where(workload => names.Count == 0 ? workload.Set <= set : names.Contains(workload.Name))];
    }

    private static List<Workload> Read(IReadOnlyList<JsonEntry> items)
    {
        var workloads = new List<Workload>();
        foreach (JsonEntry item in items)
        {
            workloads.Add(ReadEntry(item));
            item.RefuseOthers();
        }

        return workloads;
    }

    private static Workload ReadEntry(JsonEntry item) => new()
    {
        Name = item.RequiredText("name"),
        Title = item.RequiredText("title"),
        Arguments = item.RequiredText("arguments"),
        Tool = item.Choice("tool", "load", "load", "bench") == "load" ? WorkloadTool.Load : WorkloadTool.Bench,
        Set = item.Choice("set", "full", "quick", "full", "long") switch
        {
            "quick" => WorkloadSet.Quick,
            "long" => WorkloadSet.Long,
            _ => WorkloadSet.Full,
        },
        Measure = item.Choice("measures", "throughput", "throughput", "latency", "both", "memory") switch
        {
            "latency" => WorkloadMeasure.Latency,
            "both" => WorkloadMeasure.Both,
            "memory" => WorkloadMeasure.Memory,
            _ => WorkloadMeasure.Throughput,
        },
        IsFresh = item.Flag("fresh", normal: false),
        IsPinned = item.Flag("pinned", normal: false),
        IsInReadme = item.Flag("readme", normal: false),
        Unit = item.Text("unit") ?? Workload.Messages,
        ExtraSeconds = item.Real("takes", 0, ExtraSecondsMax) ?? 0,
    };
}

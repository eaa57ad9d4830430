// One load as perf/workloads.json describes it. Read by WorkloadList, filled in by Running/RunPlan.
namespace FastMqtt.Compare.Configuration;

public sealed record Workload
{
    /// <summary>The usual unit.</summary>
    public const string Messages = "messages";

    public required string Name { get; init; }

    /// <summary>What it is, as it stands in the tables.</summary>
    public required string Title { get; init; }

    public WorkloadTool Tool { get; init; }

    /// <summary>Arguments of the tool; {seconds}, {iterations} and {count} are filled in.</summary>
    public required string Arguments { get; init; }

    public WorkloadSet Set { get; init; }

    public WorkloadMeasure Measure { get; init; }

    /// <summary>Needs a broker that was just started: memory is asked for.</summary>
    public bool IsFresh { get; init; }

    /// <summary>Runs a second time with the broker on one core and the generator on another.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Stands in the table of README.md.</summary>
    public bool IsInReadme { get; init; }

    /// <summary>What is counted: messages, connections.</summary>
    public string Unit { get; init; } = Messages;

    /// <summary>Seconds that one run takes besides {seconds}: for the plan and the time left.</summary>
    public double ExtraSeconds { get; init; }

    public bool HasRate => Measure is WorkloadMeasure.Throughput or WorkloadMeasure.Both;

    public bool HasLatency => Measure is WorkloadMeasure.Latency or WorkloadMeasure.Both;

    /// <summary>Whether the run lasts as long as the plan allows.</summary>
    public bool IsTimed => Arguments.Contains("{seconds}", StringComparison.Ordinal);
}

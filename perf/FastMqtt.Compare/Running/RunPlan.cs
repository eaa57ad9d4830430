// How long each run lasts so that all of them fit into the time there is, and how many rounds that leaves.
// Made by Program, followed by Comparison, shown as the time left.
using FastMqtt.Compare.Configuration;

namespace FastMqtt.Compare.Running;

public sealed record RunPlan
{
    // Shorter runs measure the start, longer ones nothing new; a latency below this has too few messages for a p99.9.
    private const double SecondsMin = 0.3;
    private const double SecondsMax = 1.5;
    private const double LatencySecondsMin = 1;

    // Connecting, the warm-up, the drain and the check that nothing more comes, measured over a whole run.
    private const double OverheadSeconds = 0.45;

    // A fresh process: its start, its warm-up, its end.
    private const double FreshSeconds = 0.6;
    private const int QuickIterations = 3;
    private const int Iterations = 5;

    public required IReadOnlyList<Workload> Unpinned { get; init; }

    public required IReadOnlyList<Workload> Pinned { get; init; }

    public required int Rounds { get; init; }

    public required int Brokers { get; init; }

    public required bool IsQuick { get; init; }

    /// <summary>What {seconds} is.</summary>
    public double Seconds { get; private init; }

    /// <summary>No run begins after this: what was promised is not far exceeded.</summary>
    public TimeSpan Limit { get; private init; }

    public int RunsInAll => (Unpinned.Count + Pinned.Count) * Rounds * Brokers;

    public double SecondsInAll => Unpinned.Concat(Pinned).Sum(SecondsOf) * Rounds * Brokers;

    public RunPlan WithinBudget(double budgetSeconds)
    {
        int repeats = Rounds * Brokers;
        List<Workload> all = [.. Unpinned, .. Pinned];
        double fixedSeconds = all.Sum(FixedSecondsOf) * repeats;
        int timed = all.Count(workload => workload.IsTimed) * repeats;
        double share = timed == 0 ? SecondsMax : (budgetSeconds - fixedSeconds) / timed;
        return this with
        {
            Seconds = Math.Round(Math.Clamp(share, SecondsMin, SecondsMax), 2),
            Limit = TimeSpan.FromSeconds(budgetSeconds * 1.2),
        };
    }

    public string Fill(Workload workload) => workload.Arguments
        .Replace("{seconds}", FormattableString.Invariant($"{SecondsFor(workload):0.##}"), StringComparison.Ordinal)
        .Replace("{iterations}", $"{(IsQuick ? QuickIterations : Iterations)}", StringComparison.Ordinal)
        .Replace("{count}", IsQuick ? "10000" : "100000", StringComparison.Ordinal);

    public double SecondsOf(Workload workload) =>
        FixedSecondsOf(workload) + (workload.IsTimed ? SecondsFor(workload) : 0);

    private double FixedSecondsOf(Workload workload) =>
        OverheadSeconds + (workload.IsFresh ? FreshSeconds : 0) + (workload.ExtraSeconds / (IsQuick ? 4 : 1));

    private double SecondsFor(Workload workload) =>
        workload.Measure == WorkloadMeasure.Latency ? Math.Max(Seconds, LatencySecondsMin) : Seconds;
}

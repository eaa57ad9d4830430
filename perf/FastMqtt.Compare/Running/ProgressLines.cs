// What happens, on stderr: a line for each run with its figure and the time left. Called by Comparison.
using System.Diagnostics;
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Results;

namespace FastMqtt.Compare.Running;

internal sealed class ProgressLines(TextWriter output, RunPlan plan)
{
    private readonly long _begin = Stopwatch.GetTimestamp();
    private double _plannedDone;

    public void Note(string line) => output.WriteLine(line);

    public void Skip(double plannedSeconds) => _plannedDone += plannedSeconds;

    public void Done(Sample sample, Workload workload, double plannedSeconds)
    {
        _plannedDone += plannedSeconds;
        string outcome = sample.Failure is { } failure ? $"FAILED: {failure}"
            : workload.Measure == WorkloadMeasure.Latency
                ? $"p50 {Numbers.Microseconds(sample.Figure(FigureNames.Median))}, "
                    + $"p99 {Numbers.Microseconds(sample.Figure(FigureNames.NinetyNine))}"
            : workload.Measure == WorkloadMeasure.Memory
                ? $"{Numbers.Whole(sample.Figure(FigureNames.BytesPerConnection))} bytes each"
            : $"{Numbers.Rate(sample.Figure(FigureNames.Rate))} {workload.Unit}/s";
        output.WriteLine(
            $"{Left(),10} left  round {sample.Round} of {plan.Rounds}  {(sample.IsPinned ? "pinned  " : string.Empty)}"
            + $"{sample.Workload,-14} {sample.Broker,-12} {outcome}");
    }

    // What is left by the plan, corrected by how well the plan was kept so far.
    private string Left()
    {
        double elapsed = Stopwatch.GetElapsedTime(_begin).TotalSeconds;
        double pace = _plannedDone > 0 ? elapsed / _plannedDone : 1;
        double left = Math.Max(0, (plan.SecondsInAll - _plannedDone) * pace);
        return left >= 60 ? $"{(int)left / 60} min {(int)left % 60:00} s" : $"{left:0} s";
    }
}

// All samples of a run, asked for by workload, broker and pass. A single failed run makes the whole cell failed: a
// figure beside a loss would be read as a figure. Called by the tables, the plots and the README.
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Running;

namespace FastMqtt.Compare.Results;

public sealed class ResultSet(
    IReadOnlyList<Sample> samples, IReadOnlyList<Workload> workloads, IReadOnlyList<BrokerEntry> brokers)
{
    public IReadOnlyList<Sample> Samples => samples;

    public IReadOnlyList<Workload> Workloads => workloads;

    /// <summary>The one under test first, yardsticks last.</summary>
    public IReadOnlyList<BrokerEntry> Brokers => brokers;

    /// <summary>The broker that the comparison is about.</summary>
    public BrokerEntry Subject => brokers[0];

    public BrokerEntry? Baseline => brokers.FirstOrDefault(broker => broker.IsBaseline && broker != Subject);

    /// <summary>The reason of the first run that failed; null when all were good or there was none.</summary>
    public string? Failure(string workload, string broker, bool isPinned)
    {
        List<Sample> runs = [.. Runs(workload, broker, isPinned)];
        int failed = runs.Count(run => !run.IsOk);
        return failed == 0 ? null
            : runs.Count == 1 ? runs[0].Failure
            : $"{runs.First(run => !run.IsOk).Failure} ({failed} of {runs.Count} runs)";
    }

    /// <summary>null when a run failed, there was none, or none has that figure.</summary>
    public Spread? Of(string workload, string broker, bool isPinned, string figure)
    {
        List<Sample> runs = [.. Runs(workload, broker, isPinned)];
        List<double> values = [.. runs.Select(run => run.Figure(figure)).OfType<double>()];
        return values.Count == 0 || runs.Exists(run => !run.IsOk) ? null : Spread.Of(values);
    }

    /// <summary>Over all runs of a broker, whatever the workload.</summary>
    public Spread? OfAll(string broker, string figure, Func<Sample, bool> counts)
    {
        List<double> values =
        [
            .. samples.Where(run => run.Broker == broker && run.IsOk && counts(run))
                .Select(run => run.Figure(figure)).OfType<double>(),
        ];
        return values.Count == 0 ? null : Spread.Of(values);
    }

    /// <summary>How many times better the subject's median is than the other's: above 1 is better.</summary>
    public double? TimesBetter(string workload, string other, bool isPinned, string figure)
    {
        if (Of(workload, Subject.Name, isPinned, figure) is not { Median: > 0 } mine
            || Of(workload, other, isPinned, figure) is not { Median: > 0 } theirs)
        {
            return null;
        }

        return FigureNames.IsMoreBetter(figure) ? mine.Median / theirs.Median : theirs.Median / mine.Median;
    }

    /// <summary>How many of the subject's runs did not pass their checks.</summary>
    public int FailuresOfSubject => samples.Count(run => run.Broker == Subject.Name && !run.IsOk);

    private IEnumerable<Sample> Runs(string workload, string broker, bool isPinned) => samples.Where(run =>
        run.Workload == workload && run.Broker == broker && run.IsPinned == isPinned);
}

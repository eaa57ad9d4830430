// Runs everything: pass by pass, round by round, workload by workload, one broker after the other while the rest are
// paused, so that what changes on the machine meanwhile changes for all. Called by Program on the main thread.
using System.Diagnostics;
using System.Text.Json.Nodes;
using FastMqtt.Compare.Brokers;
using FastMqtt.Compare.Configuration;

namespace FastMqtt.Compare.Running;

internal sealed class Comparison : IDisposable
{
    private const int GeneratorCore = 1;

    // A run that lasts so much longer than planned is broken: the tool gives up by itself long before.
    private static readonly TimeSpan SlackMax = TimeSpan.FromSeconds(25);

    private readonly List<BrokerUnderTest> _brokers;
    private readonly RunPlan _plan;
    private readonly Tools _tools;
    private readonly ProgressLines _progress;
    private readonly List<Sample> _samples = [];
    private readonly long _begin = Stopwatch.GetTimestamp();

    public Comparison(IReadOnlyList<BrokerEntry> brokers, RunPlan plan, Tools tools, ProgressLines progress)
    {
        _brokers = [.. brokers.Select(entry => new BrokerUnderTest(entry, tools.Folder))];
        _plan = plan;
        _tools = tools;
        _progress = progress;
    }

    /// <exception cref="OperationCanceledException">It was stopped; the brokers end with Dispose.</exception>
    public IReadOnlyList<Sample> Run(CancellationToken stop)
    {
        Pass(_plan.Unpinned, isPinned: false, stop);
        Pass(_plan.Pinned, isPinned: true, stop);
        return _samples;
    }

    public void Dispose()
    {
        foreach (BrokerUnderTest broker in _brokers)
        {
            broker.Dispose();
        }
    }

    private void Pass(IReadOnlyList<Workload> workloads, bool isPinned, CancellationToken stop)
    {
        for (int round = 1; round <= _plan.Rounds; round++)
        {
            foreach (Workload workload in workloads)
            {
                if (Stopwatch.GetElapsedTime(_begin) > _plan.Limit)
                {
                    _progress.Note($"out of time: round {round} ends before {workload.Name}");
                    return;
                }

                // Each round begins with another broker: whoever comes first meets the machine as the last left it.
                for (int i = 0; i < _brokers.Count; i++)
                {
                    BrokerUnderTest broker = _brokers[(i + round - 1) % _brokers.Count];
                    Measure(broker, workload, isPinned, round, stop);
                }
            }
        }
    }

    private void Measure(
        BrokerUnderTest broker, Workload workload, bool isPinned, int round, CancellationToken stop)
    {
        if (broker.Entry.Skip.Contains(workload.Name) || (isPinned && broker.Entry.Address is not null))
        {
            _progress.Skip(_plan.SecondsOf(workload));
            return;
        }

        var sample = new Sample
        {
            Workload = workload.Name,
            Broker = broker.Name,
            IsPinned = isPinned,
            Round = round,
        };
        try
        {
            if (broker.MakeReady(workload.IsFresh, isPinned, stop))
            {
                WarmUp(broker, workload, isPinned, stop);
            }

            sample = RunOnce(broker, workload, sample, stop);
        }
        catch (BrokerException failure)
        {
            sample = sample with { Failure = failure.Message };
        }

        broker.StandBack();
        _samples.Add(sample);
        _progress.Done(sample, workload, _plan.SecondsOf(workload));
    }

    // What every broker does better the second time: pages, buffers, compiled code.
    private void WarmUp(BrokerUnderTest broker, Workload workload, bool isPinned, CancellationToken stop)
    {
        string[] loads = workload.IsFresh
            ? ["throughput -d 0.15 --warm 0.05"]
            : ["throughput -d 0.4 --warm 0.1 -P 4 -S 4 -q 1", "throughput -d 0.2 --warm 0.1 -P 4 -S 4"];
        foreach (string load in loads)
        {
            IReadOnlyList<string> command = LoadTool.Command(_tools.Load, load, TargetOf(broker));
            _ = Invocation.Run(command, _tools.Folder, CoreOf(isPinned), SlackMax, stop);
        }
    }

    private Sample RunOnce(BrokerUnderTest broker, Workload workload, Sample sample, CancellationToken stop)
    {
        LoadTarget target = TargetOf(broker);
        bool isLoad = workload.Tool == WorkloadTool.Load;
        string arguments = _plan.Fill(workload);
        IReadOnlyList<string> command = isLoad
            ? LoadTool.Command(_tools.Load, arguments, target)
            : BenchTool.Command(_tools.Bench, arguments, target);
        TimeSpan limit = SlackMax + TimeSpan.FromSeconds(_plan.SecondsOf(workload) * 2);
        double before = CpuOf(broker);
        Invocation run = Invocation.Run(command, _tools.Folder, CoreOf(sample.IsPinned), limit, stop);
        double used = CpuOf(broker) - before;
        (JsonObject figures, string? failure) = isLoad ? LoadTool.Read(run, limit) : BenchTool.Read(run, limit);
        if (!isLoad && broker.ProcessId is { } process
            && figures.TryGetPropertyValue(FigureNames.Messages, out JsonNode? messages) && messages is not null)
        {
            figures[FigureNames.BrokerCpu] = Math.Round(used / messages.GetValue<double>(), 3);
            figures[FigureNames.PeakResident] = ProcessMeter.PeakResidentKib(process);
        }

        if (broker.ResidentKibAtStart is { } atStart)
        {
            figures[FigureNames.ResidentAtStart] = atStart;
        }

        if (broker.Loss() is { } loss)
        {
            failure = loss;
        }

        return sample with { Command = Shown(command), Figures = figures, Failure = failure };
    }

    private string Shown(IReadOnlyList<string> command) =>
        string.Join(' ', command.Select(word => word.StartsWith(_tools.Folder, StringComparison.Ordinal)
            ? Path.GetRelativePath(_tools.Folder, word)
            : word));

    private static LoadTarget TargetOf(BrokerUnderTest broker) =>
        new(broker.Address.Host, broker.Address.Port, broker.ProcessId, broker.Name);

    private static int? CoreOf(bool isPinned) => isPinned ? GeneratorCore : null;

    private static double CpuOf(BrokerUnderTest broker) =>
        broker.ProcessId is { } process ? ProcessMeter.CpuMicroseconds(process) : 0;
}

// One whole comparison, from options to files. Called by Program.
using FastMqtt.Compare.Brokers;
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Results;
using FastMqtt.Compare.Running;

namespace FastMqtt.Compare;

internal sealed class CompareRun(
    string root, CompareOptions options, IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
{
    private const int Success = 0;
    private const int Failed = 1;

    private readonly ResultFiles _files = new(root, options.Results, error);

    /// <exception cref="ConfigurationException">A mistake in options or files.</exception>
    /// <exception cref="OperationCanceledException">Stopped by a signal.</exception>
    public int Execute(CancellationToken stop)
    {
        IReadOnlyList<BrokerEntry> allBrokers = BrokerList.ReadFile(options.BrokersFile);
        IReadOnlyList<Workload> allWorkloads = WorkloadList.ReadFile(options.WorkloadsFile);
        if (options.Report is { } file)
        {
            return Report(file, allBrokers, allWorkloads);
        }

        IReadOnlyList<BrokerEntry> brokers = Installed(BrokerList.Select(allBrokers, options.Brokers));
        WorkloadSet set = options.IsLong ? WorkloadSet.Long : options.IsQuick ? WorkloadSet.Quick : WorkloadSet.Full;
        IReadOnlyList<Workload> workloads = WorkloadList.Select(allWorkloads, set, options.Only);
        Tools tools = FindTools(workloads);
        RunPlan plan = Plan(brokers, workloads);
        Facts facts = FactsReader.Read(brokers, plan, tools, CommandLine(), stop);
        error.WriteLine(
            $"{string.Join(", ", facts.Versions.Values)}: {plan.RunsInAll} runs in {plan.Rounds} rounds, "
            + $"{plan.Seconds:0.##} s each, about {plan.SecondsInAll / 60:0.0} minutes");
        IReadOnlyList<Sample> samples;
        using (var comparison = new Comparison(brokers, plan, tools, new ProgressLines(error, plan)))
        {
            samples = comparison.Run(stop);
        }

        facts = facts with { LoadAfter = FactsReader.LoadAverage() };
        return Finish(new ResultSet(samples, workloads, brokers), facts, isFull: options.IsFull);
    }

    // Pages are written again from samples, for instance after a change of the tables. The README only when asked.
    private int Report(string file, IReadOnlyList<BrokerEntry> allBrokers, IReadOnlyList<Workload> allWorkloads)
    {
        if (!File.Exists(file))
        {
            throw new ConfigurationException($"--report: there is no file {file}");
        }

        (Facts facts, IReadOnlyList<Sample> samples) = RawResults.Parse(file, File.ReadAllText(file));
        HashSet<string> brokers = [.. samples.Select(sample => sample.Broker)];
        HashSet<string> workloads = [.. samples.Select(sample => sample.Workload)];
        List<BrokerEntry> shown =
            [.. allBrokers.Where(broker => brokers.Contains(broker.Name)).OrderBy(broker => broker.IsReference)];
        List<Workload> rows = [.. allWorkloads.Where(workload => workloads.Contains(workload.Name))];
        return shown.Count > 0 && rows.Count > 0
            ? Finish(new ResultSet(samples, rows, shown), facts, isFull: false)
            : throw new ConfigurationException($"{file}: knows none of the brokers or workloads of today");
    }

    private int Finish(ResultSet results, Facts facts, bool isFull)
    {
        string page = _files.Write(results, facts);
        output.WriteLine(File.ReadAllText(page));
        error.WriteLine($"written to {page}");
        RewriteReadme(results, facts, isFull);
        if (results.FailuresOfSubject == 0)
        {
            return Success;
        }

        error.WriteLine(
            $"compare: {results.FailuresOfSubject} runs of {results.Subject.Name} did not pass their checks");
        return Failed;
    }

    private void RewriteReadme(ResultSet results, Facts facts, bool isFull)
    {
        if (!(options.RewritesReadme ?? isFull))
        {
            error.WriteLine("README.md: left as it is (only a full run rewrites it, or --readme)");
            return;
        }

        if (results.Baseline is null)
        {
            error.WriteLine("README.md: left as it is, there is nothing to compare with");
            return;
        }

        _files.RewriteReadme(results, facts);
        error.WriteLine("README.md: table and plots rewritten");
    }

    private List<BrokerEntry> Installed(IReadOnlyList<BrokerEntry> brokers)
    {
        List<BrokerEntry> installed = [];
        foreach (BrokerEntry broker in brokers)
        {
            if (broker.Address is not null || Launcher.Find(broker.Command[0], root) is not null)
            {
                installed.Add(broker);
            }
            else
            {
                error.WriteLine($"{broker.Name}: skipped, {broker.Command[0]} is not installed");
            }
        }

        return installed.Count > 0 ? installed : throw new ConfigurationException("no broker is left to measure");
    }

    private Tools FindTools(IReadOnlyList<Workload> workloads)
    {
        if (!File.Exists(options.Load))
        {
            throw new ConfigurationException($"{options.Load} is missing: `make load` builds it");
        }

        if (workloads.Any(workload => workload.Tool == WorkloadTool.Bench) && !File.Exists(options.Bench))
        {
            throw new ConfigurationException($"{options.Bench} is missing: `make publish` builds it");
        }

        foreach (string program in (ReadOnlySpan<string>)["setsid", "taskset"])
        {
            if (Launcher.Find(program, root) is null)
            {
                throw new ConfigurationException($"{program} is missing: install util-linux");
            }
        }

        return new Tools(root, Path.GetFullPath(options.Load), Path.GetFullPath(options.Bench));
    }

    private RunPlan Plan(IReadOnlyList<BrokerEntry> brokers, IReadOnlyList<Workload> workloads)
    {
        bool isPinned = options.WithPinned && Environment.ProcessorCount > 1;
        if (options.WithPinned && !isPinned)
        {
            error.WriteLine("one core only: nothing is pinned");
        }

        RunPlan plan = new RunPlan
        {
            Unpinned = workloads,
            Pinned = isPinned ? [.. workloads.Where(workload => workload.IsPinned)] : [],
            Rounds = options.Rounds,
            Brokers = brokers.Count,
            IsQuick = options.IsQuick,
        };
        return plan.WithinBudget(options.Seconds);
    }

    private string CommandLine() => arguments switch
    {
        [] => "make bench",
        ["--quick"] => "make bench-quick",
        _ => $"dotnet run -c Release --project perf/FastMqtt.Compare -- {string.Join(' ', arguments)}",
    };
}

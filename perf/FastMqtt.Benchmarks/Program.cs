// Benchmarks of the broker without sockets. `--check-budget` measures allocations only and ends with exit code 1 when a
// case allocates more than AllocationBudget.json allows it; `--aot` measures under Native AOT, as the broker ships;
// `--connections N` measures what idle connections cost, up to N of them;
// everything else is BenchmarkDotNet's command line (`--filter '*Decode*'`, `--list flat`, `--job dry --inProcess`).

using System.Globalization;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using FastMqtt.Benchmarks;
using FastMqtt.Benchmarks.Budget;
using FastMqtt.Benchmarks.Scale;

const string CheckBudget = "--check-budget";
const string Aot = "--aot";
const string Connections = "--connections";

if (args.Contains(CheckBudget))
{
    return BudgetCheck.Run(Console.Out) ? 0 : 1;
}

if (args is [Connections, { } number])
{
    return ConnectionScale.Run(int.Parse(number, CultureInfo.InvariantCulture), Console.Out);
}

string[] rest = [.. args.Where(argument => argument != Aot)];
Summary[] summaries =
[
    .. BenchmarkSwitcher.FromAssembly(typeof(BenchmarkJobs).Assembly)
        .Run(rest, BenchmarkJobs.For(rest, args.Contains(Aot))),
];

// A benchmark that throws is a line in a table that nobody reads in CI: it must also be the exit code.
return summaries.Any(summary => summary.HasCriticalValidationErrors
    || summary.Reports.Any(report => !report.Success)) ? 1 : 0;

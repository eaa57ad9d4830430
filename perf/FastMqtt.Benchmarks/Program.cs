// Benchmarks of the broker without sockets. `--check-budget` measures allocations only and ends with exit code 1 when a
// case allocates more than AllocationBudget.json allows it; `--aot` measures under Native AOT, as the broker ships;
// `--broker epoll` and `--broker portable` run a broker over that poller for a load generator, until the input ends;
// `--connections N` measures what idle connections cost, up to N of them;
// everything else is BenchmarkDotNet's command line (`--filter '*Decode*'`, `--list flat`, `--job dry --inProcess`).

using System.Globalization;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using FastMqtt.Benchmarks;
using FastMqtt.Benchmarks.Budget;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Benchmarks.Scale;
using FastMqtt.Broker;

const string CheckBudget = "--check-budget";
const string Aot = "--aot";
const string Connections = "--connections";
const string Broker = "--broker";

if (args.Contains(CheckBudget))
{
    return BudgetCheck.Run(Console.Out) ? 0 : 1;
}

if (args is [Connections, { } number])
{
    return ConnectionScale.Run(int.Parse(number, CultureInfo.InvariantCulture), Console.Out);
}

if (args is [Broker, { } kind])
{
    await HostedBroker.RunAsync(Enum.Parse<PollerKind>(kind, ignoreCase: true), Console.In, Console.Out);
    return 0;
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

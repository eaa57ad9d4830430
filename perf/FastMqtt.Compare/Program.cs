// The comparison that `make bench` runs: reads brokers and workloads, runs them in turn, writes tables, plots, samples.
// Exit codes: 0 all ran, 1 a run of the broker under test failed its check, 2 a mistake in options or files,
// 130 stopped by a signal. Brokers are ended in every case.
using System.CommandLine;
using System.Runtime.InteropServices;
using FastMqtt.Compare;
using FastMqtt.Compare.Configuration;

const int Usage = 2;
const int Interrupted = 130;

using var stop = new CancellationTokenSource();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

string root = Repository.FindRoot();
RootCommand command = CompareCommand.Create(root, Run);
ParseResult parsed = command.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"compare: {parsed.Errors[0].Message}");
    return Usage;
}

return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

int Run(CompareOptions options)
{
    try
    {
        return new CompareRun(root, options, args, Console.Out, Console.Error).Execute(stop.Token);
    }
    catch (ConfigurationException mistake)
    {
        Console.Error.WriteLine($"compare: {mistake.Message}");
        return Usage;
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("compare: stopped, nothing written; every broker was ended");
        return Interrupted;
    }
}

// The first signal ends the run in order, a second one at once: the guard then ends what was started.
void Stop(PosixSignalContext context)
{
    context.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

// Kills a broker under load and looks for what it has lost.
//
//   dotnet run -c Release --project tests/FastMqtt.Crash -- [options]
//
//   --broker artifacts/fastmqtt          kill -9 at random moments, 20 rounds
//   --only 4711                          one round again, by its seed
//   --kills 0 --no-persistence           must pass: the check of the clients and the ledger
//   --no-persistence                     must fail: loss is seen
//   --power-loss --broker "dotnet src/FastMqtt/bin/Release/net10.0/fastmqtt.dll"
//                                        starts from what a disk holds after a loss of power
//   --disk-trouble --broker "dotnet ..." a slow, a full, a failing and a read-only disk
//   --check-shim                         the simulation of power losses against sqlite3 alone
//
// A line for each round, then `N passed, N failed`. Exit codes: 0 all passed, 1 a round failed and its directory was
// kept, 2 a mistake in the options. --help lists the rest.
using System.CommandLine;
using FastMqtt.Crash;

const int Usage = 2;

RootCommand command = CrashCommand.Create(options => new CrashRun(options, Console.Out).Execute());
ParseResult parsed = command.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"crash: {parsed.Errors[0].Message}");
    return Usage;
}

return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

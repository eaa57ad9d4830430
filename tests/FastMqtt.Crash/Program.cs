// Kills a broker under load and looks for what it has lost.
//
//   dotnet run --project tests/FastMqtt.Crash -- --broker artifacts/fastmqtt            kill -9, 20 rounds
//   dotnet run --project tests/FastMqtt.Crash -- --only 4711                            one round again, by its seed
//   dotnet run --project tests/FastMqtt.Crash -- --no-persistence                       must fail: it can see loss
//   dotnet run --project tests/FastMqtt.Crash -- --power-loss --broker "dotnet src/FastMqtt/bin/Release/net10.0/fastmqtt.dll"
//   dotnet run --project tests/FastMqtt.Crash -- --disk-trouble --broker "dotnet ..."   slow, full and failing disk
//   dotnet run --project tests/FastMqtt.Crash -- --check-shim                           power loss against sqlite3 alone
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

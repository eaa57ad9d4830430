// The load tool: every mode of FastMqtt.Bench as a command of its own, a line of JSON as the result. The options are
// those of an independent load generator in C, so that a script can call either.
using System.CommandLine;
using System.CommandLine.Help;
using FastMqtt.Bench.Commands;

const string Name = "fastmqtt-load";
const int Usage = 2;

var settings = new LoadSettings(Console.Out, Console.Error) { Program = Name, IsJson = true };
var root = new RootCommand("A load generator for MQTT brokers that checks every message.")
{
    LoadCommand.Throughput(settings),
    LoadCommand.Latency(settings),
    LoadCommand.Seed(settings),
};

// -h is the host, as in every Mosquitto tool.
for (int i = 0; i < root.Options.Count; i++)
{
    root.Options[i] = root.Options[i] is HelpOption ? new HelpOption("--help", "-?") : root.Options[i];
}

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"{Name}: {parsed.Errors[0].Message.TrimEnd('.')} (see {Name} --help)");
    return Usage;
}

return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

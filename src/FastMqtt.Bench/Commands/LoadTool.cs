// The command line of the load tool: every load mode as a command of its own, a line of JSON as the result. The options
// are those of an independent load generator in C, so that a script can call either.
using System.CommandLine;
using System.CommandLine.Help;

namespace FastMqtt.Bench.Commands;

public static class LoadTool
{
    private const string Name = "fastmqtt-load";

    // As with fastmqtt: 1 is a run that failed, 2 a command line that is wrong.
    private const int UsageCode = 2;

    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var settings = new LoadSettings(output, error) { Program = Name, IsJson = true };
        var root = new RootCommand("A load generator for MQTT brokers that checks every message.");
        foreach (LoadMode mode in Enum.GetValues<LoadMode>())
        {
            root.Subcommands.Add(LoadCommand.Create(mode, settings));
        }

        // -h is the host, as in every Mosquitto tool.
        for (int i = 0; i < root.Options.Count; i++)
        {
            root.Options[i] = root.Options[i] is HelpOption ? new HelpOption("--help", "-?") : root.Options[i];
        }

        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            string message = parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.');
            error.WriteLine($"{Name}: {message} (see {Name} --help)");
            return UsageCode;
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
        });
    }
}

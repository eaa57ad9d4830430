// `fastmqtt check`: reads a configuration as a start would and prints what holds, with the origin of each value; or
// what is wrong with it, and exit code 2. Starts nothing.
using System.CommandLine;
using FastMqtt.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastMqtt.Commands;

internal static class CheckCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command(
            "check", "Check a configuration and print what holds: exit code 0 if it is good, 2 if not");
        var options = new ConfigurationOptions();
        options.AddTo(command);
        var table = new Option<bool>("--options")
        {
            Description = "Print the table of all options as it is in docs/CONFIGURATION.md",
            Hidden = true,
        };
        command.Options.Add(table);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(table))
            {
                OptionTable.Write(output);
                return ExitCodes.Success;
            }

            return Run(StoreCommand.InputOf(parsed, options), output, error);
        });
        return command;
    }

    /// <summary>Checks and prints; the exit code.</summary>
    public static int Run(ConfigurationInput input, TextWriter output, TextWriter error)
    {
        Settings settings = ConfigurationReader.Read(input);
        ConfigurationChecks.Run(settings);
        StoreChecks.Run(settings);
        using var access = new AccessFactory(NullLogger.Instance);
        _ = BrokerMapping.Map(settings, access);
        _ = StoreMapping.Map(settings);
        if (WriteProblems(settings, error))
        {
            return ExitCodes.Usage;
        }

        foreach (Notice notice in settings.Notices)
        {
            output.WriteLine($"# {notice.Text}");
        }

        EffectiveReport.Write(settings, output);
        return ExitCodes.Success;
    }

    /// <summary>Prints what is wrong, a line each. False: nothing is.</summary>
    public static bool WriteProblems(Settings settings, TextWriter error)
    {
        foreach (Problem problem in settings.Problems)
        {
            error.WriteLine($"fastmqtt: {problem}");
        }

        return settings.Problems.Count > 0;
    }
}

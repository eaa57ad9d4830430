// The grammar of the command line: which commands and options there are, and what a mistake looks like.
// Owns no behaviour: each command's action lives in Commands/. A mistake is one line on stderr and exit code 2.
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using FastMqtt.Bench.Commands;
using FastMqtt.Bench.Engine;
using FastMqtt.Commands;

namespace FastMqtt;

internal static class CommandLine
{
    // Without an input, what a command asks for is read from the console.
    public static int Run(string[] args, TextWriter output, TextWriter error, TextReader? input = null)
    {
        // A word that begins with @ is a word, not a file of words: it may be a password.
        var grammar = new ParserConfiguration { ResponseFileTokenReplacer = null };
        ParseResult parsed = BuildRoot(output, error, new PasswordPrompt(input))
            .Parse(PasswdCommand.WithPlainArguments(args), grammar);
        if (parsed.Errors.Count > 0)
        {
            // One line, though the parser may have more to say: the first mistake usually causes the others.
            string message = parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.');
            error.WriteLine($"fastmqtt: {message} (see fastmqtt --help)");
            return ExitCodes.Usage;
        }

        var settings = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // signals belong to ShutdownSignal
        };
        return parsed.Invoke(settings);
    }

    private static RootCommand BuildRoot(TextWriter output, TextWriter error, PasswordPrompt prompt)
    {
        var root = new RootCommand("FastMqtt, an MQTT broker for MQTT 3.1, 3.1.1 and 5.0.");
        AdaptStandardOptions(root, output);
        ServeCommand.AddTo(root, error);
        root.Subcommands.Add(CheckCommand.Create(output, error));
        root.Subcommands.Add(BackupCommand.Create(output, error));
        root.Subcommands.Add(ImportCommand.Create(output, error));
        root.Subcommands.Add(HealthCommand.Create(output, error));
        root.Subcommands.Add(PasswdCommand.Create(output, error, prompt));
        root.Subcommands.Add(TraceCommand.Create(output, error));
        root.Subcommands.Add(BenchCommand.Create(new LoadSettings(output, error)
        {
            Security = TlsSecurity.Create,
            Program = "fastmqtt",
            TopicPrefix = string.Create(CultureInfo.InvariantCulture, $"fastmqtt-bench/{Environment.ProcessId}/"),
            FailureCode = ExitCodes.Failure,
        }));
        return root;
    }

    // -h is the host in `bench` and in every Mosquitto tool, so help answers to --help and -? only.
    private static void AdaptStandardOptions(RootCommand root, TextWriter output)
    {
        for (int i = 0; i < root.Options.Count; i++)
        {
            switch (root.Options[i])
            {
                case HelpOption:
                    root.Options[i] = new HelpOption("--help", "-?");
                    break;
                case VersionOption version:
                    version.Action = new PrintVersion(output);
                    break;
            }
        }
    }

    // The library's own prints the version of the process, which in a test is not ours.
    private sealed class PrintVersion(TextWriter output) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            output.WriteLine($"fastmqtt version {ProductVersion.Text}");
            return ExitCodes.Success;
        }
    }
}

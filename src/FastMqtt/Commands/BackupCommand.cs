// `fastmqtt backup FILE`: a consistent copy of the store that a configuration names, while the broker runs or not.
// Never writes over a file that is there: it may be the store.
using System.CommandLine;
using System.Diagnostics;
using FastMqtt.Broker.Persistence;
using FastMqtt.Configuration;

namespace FastMqtt.Commands;

internal static class BackupCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var target = new Argument<string>("FILE") { Description = "The copy; must not be there yet" };
        var command = new Command("backup", "Copy what the broker has saved into a file, while it runs");
        var options = new ConfigurationOptions();
        options.AddTo(command);
        command.Arguments.Add(target);
        command.SetAction(parsed => Run(
            StoreCommand.InputOf(parsed, options), parsed.GetRequiredValue(target), StoreFile.Backup, output, error));
        return command;
    }

    /// <summary>Copies and says how much; the exit code.</summary>
    /// <param name="input">The configuration that names the store.</param>
    /// <param name="target">The copy.</param>
    /// <param name="copy">Copies one file to another; the bytes of the copy.</param>
    /// <param name="output">What was done.</param>
    /// <param name="error">What was not.</param>
    public static int Run(
        ConfigurationInput input,
        string target,
        Func<string, string, long> copy,
        TextWriter output,
        TextWriter error)
    {
        if (StoreCommand.Find(input, error, out _) is not { } store)
        {
            return ExitCodes.Usage;
        }

        if (Path.Exists(target))
        {
            error.WriteLine($"fastmqtt: {target} is there already; a backup goes into a new file");
            return ExitCodes.Usage;
        }

        if (!StoreLocation.IsThere(store.Path))
        {
            error.WriteLine($"fastmqtt: {store.Path} does not exist: nothing has been saved yet");
            return ExitCodes.Failure;
        }

        try
        {
            long begin = Stopwatch.GetTimestamp();
            long bytes = copy(store.Path, target);
            double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            output.WriteLine(FormattableString.Invariant(
                $"{store.Path} copied to {target}: {bytes} bytes in {seconds:0.000} s"));
            return ExitCodes.Success;
        }
        catch (StoreException failure)
        {
            error.WriteLine($"fastmqtt: {failure.Message.ReplaceLineEndings(" ")}");
            return ExitCodes.Failure;
        }
    }
}

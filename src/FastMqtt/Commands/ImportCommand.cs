// `fastmqtt import MOSQUITTO_DB`: makes the store that a configuration names from a database of Mosquitto. Only where
// no store is: two states of the same clients cannot be one.
using System.CommandLine;
using FastMqtt.Broker.Persistence;
using FastMqtt.Configuration;
using FastMqtt.Hosting;

namespace FastMqtt.Commands;

internal static class ImportCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var source = new Argument<string>("MOSQUITTO_DB") { Description = "Mosquitto's file, such as mosquitto.db" };
        var command = new Command("import", "Make the store of a configuration from a database of Mosquitto");
        var options = new ConfigurationOptions();
        options.AddTo(command);
        command.Arguments.Add(source);
        command.SetAction(parsed => Run(
            StoreCommand.InputOf(parsed, options), parsed.GetRequiredValue(source), StoreFile.Import, output, error));
        return command;
    }

    /// <summary>Imports and says what; the exit code: 1 as well when it is not everything.</summary>
    /// <param name="input">The configuration that names the store.</param>
    /// <param name="source">The database of Mosquitto.</param>
    /// <param name="import">Makes a store from a database.</param>
    /// <param name="output">What was done.</param>
    /// <param name="error">What was not.</param>
    public static int Run(
        ConfigurationInput input,
        string source,
        Func<string, string, StoreImport> import,
        TextWriter output,
        TextWriter error)
    {
        if (StoreCommand.Find(input, error, out string? user) is not { } store || !IsMosquitto(source, error))
        {
            return ExitCodes.Usage;
        }

        if (StoreLocation.IsThere(store.Path))
        {
            error.WriteLine($"fastmqtt: {store.Path} is there already; an import needs a store that is not");
            return ExitCodes.Failure;
        }

        try
        {
            StoreImport found = import(source, store.Path);
            StoreOwner.Give(store.Path, user);
            return Tell(found, source, store.Path, output, error);
        }
        catch (StoreException failure)
        {
            error.WriteLine($"fastmqtt: {failure.Message.ReplaceLineEndings(" ")}");
            return ExitCodes.Failure;
        }
    }

    private static bool IsMosquitto(string source, TextWriter error)
    {
        bool isMosquitto = StoreLocation.Look(source) == StoreFileKind.Mosquitto;
        if (!isMosquitto)
        {
            string fault = File.Exists(source) ? "is no database of Mosquitto, or may not be read" : "does not exist";
            error.WriteLine($"fastmqtt: {source} {fault}");
        }

        return isMosquitto;
    }

    private static int Tell(StoreImport found, string source, string target, TextWriter output, TextWriter error)
    {
        output.WriteLine(FormattableString.Invariant(
            $"{source} imported into {target}: {found.Sessions} sessions, {found.Subscriptions} subscriptions, ")
            + FormattableString.Invariant($"{found.Retained} retained messages, {found.Queued} waiting messages"));
        if (found.Incomplete is not { } reason)
        {
            return ExitCodes.Success;
        }

        error.WriteLine($"fastmqtt: {source} was not imported completely: {reason}");
        return ExitCodes.Failure;
    }
}

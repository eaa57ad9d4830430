// `fastmqtt health [HOST:PORT]`: grammar and printed line. The exchange itself is HealthCheck.
using System.CommandLine;

namespace FastMqtt.Commands;

internal static class HealthCommand
{
    // What a container engine's health check allows before it gives up is usually longer.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public static Command Create(TextWriter output, TextWriter error)
    {
        var target = new Argument<string>("HOST:PORT")
        {
            Description = "The broker to ask",
            DefaultValueFactory = static _ => $"127.0.0.1:{Address.DefaultPort}",
        };
        target.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && !Address.TrySplit(result.Tokens[0].Value, out _, out _))
            {
                result.AddError($"'{result.Tokens[0].Value}' is not HOST:PORT");
            }
        });
        var command = new Command("health", "Ask a broker whether it answers: exit code 0 if it does, otherwise 1");
        command.Arguments.Add(target);
        command.SetAction(parsed => Run(parsed.GetRequiredValue(target), output, error));
        return command;
    }

    private static int Run(string target, TextWriter output, TextWriter error)
    {
        _ = Address.TrySplit(target, out string host, out int port);
        string? problem = HealthCheck.Ask(host, port, Limit);
        if (problem is null)
        {
            output.WriteLine($"{target} is healthy");
            return ExitCodes.Success;
        }

        error.WriteLine($"fastmqtt: {target} is not healthy: {problem}");
        return ExitCodes.Failure;
    }
}

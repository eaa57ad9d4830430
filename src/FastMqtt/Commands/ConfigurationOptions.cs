// The options that name a configuration: shared by the broker and by the commands that read one, so that all of them
// read the same thing.
using System.CommandLine;

namespace FastMqtt.Commands;

internal sealed class ConfigurationOptions
{
    private readonly Option<string?> _file = new("--config-file", "-c")
    {
        HelpName = "FILE",
        Description = "Read this configuration file, in the format of mosquitto.conf",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        HelpName = "OPTION=VALUE",
        Description = "Set an option of the file; overrides file and environment; may be given several times",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_file);
        command.Options.Add(_set);
    }

    public string? File(ParseResult parsed) => parsed.GetValue(_file);

    public string[] Sets(ParseResult parsed) => parsed.GetValue(_set) ?? [];
}

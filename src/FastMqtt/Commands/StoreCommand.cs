// What backup and import have in common: the store that a configuration names, found without starting anything.
using System.CommandLine;
using FastMqtt.Configuration;

namespace FastMqtt.Commands;

internal static class StoreCommand
{
    public static ConfigurationInput InputOf(ParseResult parsed, ConfigurationOptions options) => new()
    {
        File = options.File(parsed),
        Sets = options.Sets(parsed),
        Environment = ConfigurationInput.ReadEnvironment(),
    };

    /// <summary>The store of a configuration; null: it names none, or is broken, which was said.</summary>
    /// <param name="input">The configuration.</param>
    /// <param name="error">Where that is said.</param>
    /// <param name="user">Whom the broker becomes; null: it stays who starts it.</param>
    public static StoreLocation? Find(ConfigurationInput input, TextWriter error, out string? user)
    {
        Settings settings = ConfigurationReader.Read(input);
        user = settings.Global.Text("user");
        if (CheckCommand.WriteProblems(settings, error))
        {
            return null;
        }

        if (!StoreMapping.IsOn(settings))
        {
            error.WriteLine("fastmqtt: there is no store: persistence is not on (-c FILE names the configuration)");
            return null;
        }

        StoreChecks.Run(settings);
        return CheckCommand.WriteProblems(settings, error) ? null : StoreLocation.Find(settings.Global);
    }
}

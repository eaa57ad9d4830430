// A variable of the environment that names an option: FASTMQTT_MAX_CONNECTIONS is max_connections. Variables that
// Kubernetes makes for a service called fastmqtt look alike and are passed over; others are reported.
namespace FastMqtt.Configuration;

/// <param name="Name">The variable.</param>
/// <param name="Option">The option it names.</param>
/// <param name="Value">What it says.</param>
internal readonly record struct EnvironmentOption(string Name, string Option, string Value)
{
    private const string Prefix = "FASTMQTT_";

    /// <summary>The options among variables: what listeners there are comes first.</summary>
    public static List<EnvironmentOption> Find(
        IReadOnlyList<KeyValuePair<string, string>> variables, List<Notice> notices)
    {
        var found = new List<EnvironmentOption>();
        foreach ((string name, string value) in variables)
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || IsOfService(name, value))
            {
                continue;
            }

            if (OptionOf(name) is not { } option)
            {
                string? nearest = OptionCatalogue.Nearest(OptionName(name));
                string hint = nearest is null ? string.Empty : $", did you mean {VariableOf(nearest)}?";
                notices.Add(new($"{Words.Quote(name)} in the environment names no option{hint}", IsWarning: true));
            }
            else if (option is "listener" or "per_listener_settings")
            {
                found.Insert(0, new(name, option, value));
            }
            else
            {
                found.Add(new(name, option, value));
            }
        }

        return found;
    }

    /// <summary>The variable of an option.</summary>
    public static string VariableOf(string option) =>
        Prefix + option.Replace('.', '_').ToUpperInvariant();

    private static string OptionName(string variable) =>
#pragma warning disable CA1308 // Options are lower case; nothing is compared or round-tripped here.
        variable[Prefix.Length..].ToLowerInvariant();
#pragma warning restore CA1308

    private static string? OptionOf(string variable)
    {
        string name = OptionName(variable);
        name = name.Replace("_tls1_3", "_tls1.3", StringComparison.Ordinal);
        return OptionCatalogue.TryFind(name, out OptionDefinition? option) && !option.IsPrefix ? name : null;
    }

    private static bool IsOfService(string name, string value) =>
        name.EndsWith("_SERVICE_HOST", StringComparison.Ordinal)
        || name.Contains("_SERVICE_PORT", StringComparison.Ordinal)
        || name.StartsWith("FASTMQTT_PORT_", StringComparison.Ordinal)
        || (name == "FASTMQTT_PORT" && value.Contains("://", StringComparison.Ordinal));
}

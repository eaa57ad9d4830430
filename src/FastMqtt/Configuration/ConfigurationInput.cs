// What a configuration is made of: the file, the environment, the command line. Kept, so that a reload reads all of it
// again. Made by the commands.
using System.Net;

namespace FastMqtt.Configuration;

internal sealed record ConfigurationInput
{
    /// <summary>The file of -c; null: none.</summary>
    public string? File { get; init; }

    /// <summary>Variables of the environment; only FASTMQTT_ ones are looked at.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>The values of --set, option=value.</summary>
    public IReadOnlyList<string> Sets { get; init; } = [];

    /// <summary>The values of -p.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>The values of --listen.</summary>
    public IReadOnlyList<IPEndPoint> Listen { get; init; } = [];

    /// <summary>Flags with an option of their own: the flag, the option, its value.</summary>
    public IReadOnlyList<(string Flag, string Option, string Value)> Flags { get; init; } = [];

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ReadEnvironment()
    {
        var variables = new List<KeyValuePair<string, string>>();
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            variables.Add(new((string)entry.Key, (string?)entry.Value ?? string.Empty));
        }

        variables.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return variables;
    }
}

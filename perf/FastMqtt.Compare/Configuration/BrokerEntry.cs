// A broker as perf/brokers.json describes it: a command to start or an address where one runs already.
// Read by BrokerList, used by Brokers/BrokerUnderTest and by the tables.
namespace FastMqtt.Compare.Configuration;

public sealed record BrokerEntry
{
    /// <summary>Where the port goes in a command, an environment value or a configuration file.</summary>
    public const string PortPlaceholder = "{port}";

    /// <summary>Where the path of the configuration file goes in a command.</summary>
    public const string ConfigPlaceholder = "{config}";

    public required string Name { get; init; }

    /// <summary>Program and arguments; stays in the foreground. Empty when there is an address instead.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>A broker that somebody else runs: no CPU, no memory, no pinning, no fresh process.</summary>
    public BrokerAddress? Address { get; init; }

    /// <summary>The port it listens on; null: a free one is chosen.</summary>
    public int? Port { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Prints the version in its first line.</summary>
    public IReadOnlyList<string> VersionCommand { get; init; } = [];

    /// <summary>A file in brokers/, copied for each start with its placeholders filled in.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Workloads that this broker is not asked for.</summary>
    public IReadOnlyList<string> Skip { get; init; } = [];

    /// <summary>Only measured when it is named with --brokers.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>The one that ratios are taken to.</summary>
    public bool IsBaseline { get; init; }

    /// <summary>Not a broker but a yardstick, such as a relay that only copies: listed last, never best.</summary>
    public bool IsReference { get; init; }
}

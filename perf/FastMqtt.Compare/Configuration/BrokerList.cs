// Reads perf/brokers.json. The first broker is the one under test: the others are what it is compared with.
// Called by Program.
using System.Net;

namespace FastMqtt.Compare.Configuration;

public static class BrokerList
{
    private const string ConfigFolder = "brokers";

    /// <exception cref="ConfigurationException">The file or an entry is wrong.</exception>
    public static IReadOnlyList<BrokerEntry> ReadFile(string path) => Read(path, JsonEntries.ReadFile(path));

    /// <exception cref="ConfigurationException">The text or an entry is wrong.</exception>
    public static IReadOnlyList<BrokerEntry> Parse(string file, string text) =>
        Read(file, JsonEntries.Parse(file, text));

    /// <summary>Those that were asked for by name, or all that are enabled; yardsticks last.</summary>
    /// <exception cref="ConfigurationException">A name is unknown.</exception>
    public static IReadOnlyList<BrokerEntry> Select(IReadOnlyList<BrokerEntry> all, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (!all.Any(entry => IsNamed(entry, name)))
            {
                throw new ConfigurationException(
                    $"--brokers: there is no broker {name} "
                    + $"(there are {string.Join(", ", all.Select(one => one.Name))})");
            }
        }

        return
        [
            .. all.Where(one => names.Count == 0 ? one.IsEnabled : names.Any(name => IsNamed(one, name)))
                .OrderBy(one => one.IsReference),
        ];
    }

    private static bool IsNamed(BrokerEntry entry, string name) =>
        string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase);

    private static List<BrokerEntry> Read(string file, IReadOnlyList<JsonEntry> items)
    {
        var entries = new List<BrokerEntry>();
        foreach (JsonEntry item in items)
        {
            BrokerEntry entry = ReadEntry(file, item);
            item.RefuseOthers();
            if (entry.IsBaseline && entries.Any(other => other.IsBaseline))
            {
                throw item.Wrong("an entry before is the baseline already");
            }

            entries.Add(entry);
        }

        return entries;
    }

    private static BrokerEntry ReadEntry(string file, JsonEntry item)
    {
        var entry = new BrokerEntry
        {
            Name = item.RequiredText("name"),
            Command = item.Texts("command"),
            Address = ReadAddress(item),
            Port = item.Number("port", 1, IPEndPoint.MaxPort),
            Environment = item.TextMap("env"),
            VersionCommand = item.Texts("version"),
            ConfigFile = ReadConfigFile(file, item),
            Skip = item.Texts("skip"),
            IsEnabled = item.Flag("enabled", normal: true),
            IsBaseline = item.Flag("baseline", normal: false),
            IsReference = item.Flag("reference", normal: false),
        };
        if (entry.Address is not null ? entry.Command.Count > 0 : entry.Command.Count == 0)
        {
            throw item.Wrong("needs a command or an address, one of the two");
        }

        if (entry.Address is not null && (entry.Port ?? (object?)entry.ConfigFile) is not null)
        {
            throw item.Wrong("port and config belong to a command, not to an address");
        }

        if (entry.Address is null && entry.Port is null && !UsesPort(entry))
        {
            throw item.Wrong($"needs a port, or {BrokerEntry.PortPlaceholder} in command, env or config");
        }

        return entry;
    }

    private static BrokerAddress? ReadAddress(JsonEntry item)
    {
        string? text = item.Text("address");
        return text is null ? null
            : BrokerAddress.TryParse(text, out BrokerAddress? address) ? address
            : throw item.Wrong("address must be HOST:PORT");
    }

    private static string? ReadConfigFile(string file, JsonEntry item)
    {
        string? name = item.Text("config");
        if (name is null)
        {
            return null;
        }

        string path = Path.Combine(Path.GetDirectoryName(file) ?? string.Empty, ConfigFolder, name);
        return File.Exists(path) ? path : throw item.Wrong($"config: there is no file {path}");
    }

    private static bool UsesPort(BrokerEntry entry) =>
        entry.Command.Concat(entry.Environment.Values).Any(HasPort)
        || (entry.ConfigFile is not null && HasPort(File.ReadAllText(entry.ConfigFile)));

    private static bool HasPort(string text) =>
        text.Contains(BrokerEntry.PortPlaceholder, StringComparison.Ordinal);
}

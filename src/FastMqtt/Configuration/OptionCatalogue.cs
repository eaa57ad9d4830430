// Every option there is, of Mosquitto 2.0 and 2.1 and of our own: the one place that parser, checks, reload and
// docs/CONFIGURATION.md read. Immutable; made once, when the first option is looked up.
using System.Diagnostics.CodeAnalysis;

namespace FastMqtt.Configuration;

internal static class OptionCatalogue
{
    // As far as a typing mistake goes; more is another word.
    private const int DistanceMax = 3;

    private static readonly Dictionary<string, OptionDefinition> ByName = Index();

    /// <summary>All options, in the order of the printed table.</summary>
    public static IReadOnlyList<OptionDefinition> All { get; } = Collect();

    /// <summary>Finds an option by its name or another spelling of it.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out OptionDefinition? option)
    {
        if (ByName.TryGetValue(name, out option))
        {
            return !option.IsPrefix; // plugin_opt_ alone names no option
        }

        foreach (OptionDefinition candidate in All)
        {
            if (candidate.IsPrefix && HasPrefix(candidate, name))
            {
                option = candidate;
                return true;
            }
        }

        return false;
    }

    /// <summary>The option that this name is part of the catalogue under.</summary>
    public static OptionDefinition Get(string name) => ByName[name];

    /// <summary>The spelling that was probably meant; null when nothing is near.</summary>
    public static string? Nearest(string name)
    {
        string? nearest = null;
        int best = Math.Min(DistanceMax, Math.Max(1, name.Length / 3)) + 1;
        foreach (string candidate in ByName.Keys)
        {
            int distance = EditDistance.Between(name, candidate, best);
            if (distance < best)
            {
                best = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    private static bool HasPrefix(OptionDefinition option, string name)
    {
        if (name.Length > option.Name.Length && name.StartsWith(option.Name, StringComparison.Ordinal))
        {
            return true;
        }

        foreach (string alias in option.Aliases)
        {
            if (name.Length > alias.Length && name.StartsWith(alias, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static OptionDefinition[] Collect()
    {
        OptionDefinition[] all =
        [
            .. GeneralOptions.All, .. OwnOptions.All, .. ListenerOptionSet.All, .. SecurityOptions.All,
            .. BridgeOptions.All,
        ];
        Array.Sort(all, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return all;
    }

    private static Dictionary<string, OptionDefinition> Index()
    {
        var index = new Dictionary<string, OptionDefinition>(StringComparer.Ordinal);
        foreach (OptionDefinition option in Collect())
        {
            index.Add(option.Name, option);
            foreach (string alias in option.Aliases)
            {
                index.Add(alias, option);
            }
        }

        return index;
    }
}

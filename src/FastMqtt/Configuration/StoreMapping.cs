// From the options about persistence to what the broker's store takes. At a start only, and apart from BrokerMapping,
// because it looks at files that a running broker has open (see StoreLocation).
using FastMqtt.Broker;

namespace FastMqtt.Configuration;

internal static class StoreMapping
{
    private static readonly string[] NeedPersistence = ["durability", "max_memory_queued_bytes"];

    /// <summary>Where and how the broker saves; null: it does not.</summary>
    public static PersistenceOptions? Map(Settings settings)
    {
        SettingTable global = settings.Global;
        if (!IsOn(settings))
        {
            TellPointless(settings);
            return null;
        }

        StoreLocation location = StoreLocation.Find(global);
        if (location.ImportFrom is { } mosquitto)
        {
            string text = $"{mosquitto} of Mosquitto is imported into {location.Path}, which is not there yet";
            settings.Notices.Add(new(text, IsWarning: false));
        }

        var usual = new PersistenceOptions { Path = location.Path, ImportFrom = location.ImportFrom };
        long? seconds = global.Number("durability");
        return usual with
        {
            Durability = DurabilityOf(global.Text("durability")) ?? usual.Durability,
            Interval = seconds > 0 ? TimeSpan.FromSeconds(seconds.Value) : usual.Interval,
            QueueMemoryBytes = global.Number("max_memory_queued_bytes") ?? usual.QueueMemoryBytes,
        };
    }

    public static bool IsOn(Settings settings) => settings.Global.Flag("persistence") == true;

    private static Durability? DurabilityOf(string? text) => text switch
    {
        null => null,
        "commit" => Durability.Commit,
        "off" => Durability.Off,
        _ => Durability.Interval,
    };

    // The options that Mosquitto does not have were written for this broker: who sets one means to have a store.
    private static void TellPointless(Settings settings)
    {
        foreach (string name in NeedPersistence)
        {
            if (settings.Global.TryFind(name, out Setting? setting))
            {
                string text = $"{setting.Origin.Short}: option {name} has no effect (persistence is not on)";
                settings.Notices.Add(new(text, IsWarning: true));
            }
        }
    }
}

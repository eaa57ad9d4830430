// Where the reading stands in one file: which listener, bridge and plugin the next line belongs to. An included file
// begins with a context of its own, as in Mosquitto. The environment and the command line have one each.
namespace FastMqtt.Configuration;

internal sealed class ReadContext(bool isMain, bool overridesAll)
{
    /// <summary>Whether include_dir is allowed.</summary>
    public bool IsMain { get; } = isMain;

    /// <summary>Whether a listener's option without a listener before it holds for every listener.</summary>
    public bool OverridesAll { get; } = overridesAll;

    public ListenerSection? Listener { get; set; }

    /// <summary>Settings of the bridge, kept only to find what is there twice; null outside of one.</summary>
    public SettingTable? Bridge { get; set; }

    public bool IsInPlugin { get; set; }
}

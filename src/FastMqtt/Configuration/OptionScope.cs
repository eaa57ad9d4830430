// What an option is about, and so where in a file it may stand.
namespace FastMqtt.Configuration;

internal enum OptionScope
{
    /// <summary>The broker as a whole, wherever it stands.</summary>
    Global,

    /// <summary>The listener it stands below; without one, the default listener.</summary>
    Listener,

    /// <summary>All listeners; with per_listener_settings the listener it stands below.</summary>
    Security,

    /// <summary>The bridge it stands below.</summary>
    Bridge,

    /// <summary>The plugin it stands below.</summary>
    Plugin,
}

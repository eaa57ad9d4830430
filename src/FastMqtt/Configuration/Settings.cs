// Everything that is configured: what was read from file, environment and command line, with what is wrong or worth
// saying about it. Made by ConfigurationReader; then only read, except by the reload, which keeps what needs a restart.
namespace FastMqtt.Configuration;

internal sealed class Settings
{
    public SettingTable Global { get; } = new();

    /// <summary>Access to all listeners; empty with per_listener_settings.</summary>
    public SettingTable Security { get; } = new();

    public List<ListenerSection> Listeners { get; } = [];

    public bool PerListener { get; set; }

    /// <summary>In the order in which they were found; any one keeps the broker from starting.</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>Lines for the log of a start.</summary>
    public List<Notice> Notices { get; } = [];

    /// <summary>The settings about access that hold for a listener.</summary>
    public SettingTable SecurityOf(ListenerSection listener) => PerListener ? listener.Security : Security;
}

// A listener as it is configured: its address and the settings that stand below it.
using System.Globalization;
using System.Net;

namespace FastMqtt.Configuration;

internal sealed class ListenerSection(ListenerKind kind, int port, string? host, Origin origin)
{
    public ListenerKind Kind { get; } = kind;

    /// <summary>0: <see cref="Host"/> is the path of a unix socket, except on the command line: any port.</summary>
    public int Port { get; set; } = port;

    /// <summary>Address, name or, with port 0 in a file, path; null: every address.</summary>
    public string? Host { get; set; } = host;

    public Origin Origin { get; set; } = origin;

    public SettingTable Settings { get; } = new();

    /// <summary>Its own settings about access: all of them with per_listener_settings, otherwise none.</summary>
    public SettingTable Security { get; } = new();

    /// <summary>What makes it the same listener in another configuration.</summary>
    public string Key => $"{Label} {Settings.Text("bind_interface")} {Settings.Text("socket_domain")}";

    public bool IsUnix => Kind == ListenerKind.Configured && Port == 0;

    /// <summary>Whether anonymous clients come in when nobody says anything: only this machine reaches it.</summary>
    public bool IsOpenByDefault => Kind switch
    {
        ListenerKind.Loopback => true,
        ListenerKind.Address => IPAddress.IsLoopback(IPAddress.Parse(Host!)),
        _ => false,
    };

    /// <summary>What messages call it.</summary>
    public string Label => Kind switch
    {
        _ when IsUnix => Host!,
        ListenerKind.Loopback => string.Create(CultureInfo.InvariantCulture, $"loopback:{Port}"),
        _ when Host is null => string.Create(CultureInfo.InvariantCulture, $"*:{Port}"),
        _ when Host.Contains(':', StringComparison.Ordinal) =>
            string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}"),
    };
}

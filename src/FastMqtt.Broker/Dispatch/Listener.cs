// A listener while the broker runs: shared by all dispatchers and by every client that came in through it. Its options
// are replaced as a whole when the configuration is read again; who reads them twice may see two versions.

namespace FastMqtt.Broker.Dispatch;

internal sealed class Listener(ListenerOptions options)
{
    private volatile ListenerOptions _options = options;

    public ListenerOptions Options
    {
        get => _options;
        set
        {
            _options = value;
            Name = NameOf(value);
        }
    }

    /// <summary>What logs call it: kept, since every connection causes two lines with it.</summary>
    public string Name { get; private set; } = NameOf(options);

    private static string NameOf(ListenerOptions options) =>
        options.Name ?? options.UnixSocketPath ?? options.EndPoint?.ToString() ?? "attached";
}

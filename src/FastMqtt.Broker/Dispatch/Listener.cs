// A listener while the broker runs: shared by all dispatchers and by every client that came in through it. Its options
// are replaced as a whole when the configuration is read again; who reads them twice may see two versions.
// TLS is loaded once here and replaced by TlsReloader.

using FastMqtt.Transport.Tls;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Listener(ListenerOptions options)
{
    private volatile ListenerOptions _options = options;

    public ListenerOptions Options
    {
        get => _options;
        set => _options = value;
    }

    /// <summary>TLS of its sockets; null: plain, or no socket: who attaches streams has decrypted them.</summary>
    public TlsContext? Tls { get; } =
        options is { Tls: { } tls } and not { EndPoint: null, UnixSocketPath: null } ? new TlsContext(tls) : null;

    /// <summary>What logs call it.</summary>
    public string Name => Options.Name ?? Options.UnixSocketPath ?? Options.EndPoint?.ToString() ?? "attached";
}

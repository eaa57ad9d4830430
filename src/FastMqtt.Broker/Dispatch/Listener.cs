// A listener while the broker runs: shared by all dispatchers and by every client that came in through it. Its options
// are replaced as a whole when the configuration is read again; who reads them twice may see two versions. Owns the
// count of its connections: who comes in is counted by TryEnter, from any thread, and leaves once. TLS is loaded once
// here and replaced by TlsReloader.

using System.Text;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Listener
{
    private readonly AddressLimiter _addresses = new();
    private volatile ListenerOptions _options;
    private int _connections;

    public Listener(ListenerOptions options)
    {
        _options = options;
        Encode(options);
    }

    public ListenerOptions Options
    {
        get => _options;
        set
        {
            Encode(value);
            _options = value;
            Name = NameOf(value);
        }
    }

    /// <summary>TLS of its sockets; null: plain, or no socket: who attaches streams has decrypted them.</summary>
    public TlsContext? Tls { get; } =
        options is { Tls: { } tls } and not { EndPoint: null, UnixSocketPath: null } ? new TlsContext(tls) : null;

    /// <summary>What logs call it: kept, since every connection causes two lines with it.</summary>
    public string Name { get; private set; } = NameOf(options);

    /// <summary>The options' mount point as it stands in topics; null: none.</summary>
    public byte[]? MountPoint { get; private set; }

    public byte[] AutoIdPrefix { get; private set; } = [];

    /// <summary>Empty: any identifier.</summary>
    public byte[] ClientIdPrefix { get; private set; } = [];

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>
    /// Counts a new connection against the limits of the listener and of the broker. Whoever was admitted leaves with
    /// <see cref="Leave"/>.
    /// </summary>
    public Admission TryEnter(BrokerState shared)
    {
        int most = Options.MaximumConnections;
        if (Interlocked.Increment(ref _connections) > most && most > 0)
        {
            Interlocked.Decrement(ref _connections);
            return Admission.ListenerFull;
        }

        if (!shared.TryEnter())
        {
            Interlocked.Decrement(ref _connections);
            return Admission.BrokerFull;
        }

        return Admission.Admitted;
    }

    public void Leave(BrokerState shared)
    {
        Interlocked.Decrement(ref _connections);
        shared.Leave();
    }

    /// <summary>
    /// Counts the address of an admitted connection, if there is a limit for addresses and it has one. Counted: it
    /// leaves with <see cref="LeaveAddress"/>.
    /// </summary>
    public Admission TryEnterAddress(PeerAddress peer, long nowMilliseconds, out bool isCounted)
    {
        ListenerOptions options = Options;
        isCounted = false;
        if (peer.IsLocalSocket || (options.MaximumConnectionsPerAddress <= 0 && options.ConnectRatePerAddress <= 0))
        {
            return Admission.Admitted;
        }

        Admission admission = _addresses.TryEnter(
            peer, options.MaximumConnectionsPerAddress, options.ConnectRatePerAddress, nowMilliseconds);
        isCounted = admission == Admission.Admitted;
        return admission;
    }

    public void LeaveAddress(PeerAddress peer) => _addresses.Leave(peer);

    private static string NameOf(ListenerOptions options) =>
        options.Name ?? options.UnixSocketPath ?? options.EndPoint?.ToString() ?? "attached";

    private void Encode(ListenerOptions options)
    {
        MountPoint = string.IsNullOrEmpty(options.MountPoint) ? null : Encoding.UTF8.GetBytes(options.MountPoint);
        AutoIdPrefix = Encoding.UTF8.GetBytes(options.AutoIdPrefix);
        ClientIdPrefix = Encoding.UTF8.GetBytes(options.ClientIdPrefix ?? string.Empty);
    }
}

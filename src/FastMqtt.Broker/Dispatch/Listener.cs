// A listener while the broker runs: shared by all dispatchers and by every client that came in through it. Its options
// are replaced as a whole when the configuration is read again; who reads them twice may see two versions. Owns the
// count of its connections: who comes in is counted by TryEnter, from any thread, and leaves once. TLS is loaded once
// here and replaced by TlsReloader.

using System.Net;
using System.Text;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Listener
{
    private readonly AddressLimiter _addresses = new();
    private volatile ListenerOptions _options;
    private volatile bool _isRemoved;
    private volatile bool _isEnded;
    private int _connections;

    /// <param name="options">What the operator asks for.</param>
    public Listener(ListenerOptions options)
    {
        _options = options;
        Encode(options);
        MountPoint = string.IsNullOrEmpty(options.MountPoint) ? null : Encoding.UTF8.GetBytes(options.MountPoint);
        Tls = options.Tls is { } tls && !options.IsAttached ? new TlsContext(tls) : null;
    }

    public ListenerOptions Options
    {
        get => _options;
        set
        {
            Encode(value);
            _options = value;
        }
    }

    /// <summary>TLS of its sockets; null: plain.</summary>
    public TlsContext? Tls { get; }

    /// <summary>What logs call it: kept, since every connection causes two lines with it.</summary>
    public string Name { get; private set; } = string.Empty;

    /// <summary>
    /// The mount point as it stands in topics; null: none. Stays while the broker runs, since subscriptions were made
    /// below it.
    /// </summary>
    public byte[]? MountPoint { get; }

    /// <summary>It was removed: nobody comes in any more.</summary>
    public bool IsRemoved
    {
        get => _isRemoved;
        set => _isRemoved = value;
    }

    /// <summary>It was removed, and its clients end: also one that is on its way between dispatchers.</summary>
    public bool IsEnded
    {
        get => _isEnded;
        set => _isEnded = value;
    }

    /// <summary>ListenerOptions.TrustedProxies, read once.</summary>
    public IPNetwork[] TrustedProxies { get; private set; } = [];

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

    private void Encode(ListenerOptions options)
    {
        Name = options.Name ?? options.UnixSocketPath ?? options.EndPoint?.ToString() ?? "attached";
        AutoIdPrefix = Encoding.UTF8.GetBytes(options.AutoIdPrefix);
        ClientIdPrefix = Encoding.UTF8.GetBytes(options.ClientIdPrefix ?? string.Empty);
        var trusted = new IPNetwork[options.TrustedProxies.Count];
        for (int i = 0; i < trusted.Length; i++)
        {
            trusted[i] = OptionChecks.ParseNetwork(options.TrustedProxies[i]);
        }

        TrustedProxies = trusted;
    }
}

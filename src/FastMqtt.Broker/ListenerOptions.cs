// One listener as the operator asks for it: where, how it is protected, who may come in, what a client may do there.

using System.Net;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Broker;

/// <summary>One listening socket and what holds for the clients that connect to it.</summary>
/// <remarks>Copied by whoever takes it: what is changed later has no effect.</remarks>
public sealed class ListenerOptions
{
    private IList<string> _trustedProxies = [];
    private IList<IEnhancedAuthenticator> _enhancedAuthenticators = [];

    /// <summary>
    /// Address and port; port 0 lets the system choose. Null: <see cref="UnixSocketPath"/>, or, when that is null too,
    /// no socket at all: streams are attached to it.
    /// </summary>
    public IPEndPoint? EndPoint { get; set; }

    /// <summary>
    /// <see cref="EndPoint"/> and <see cref="HostName"/> as a configuration writes them: "0.0.0.0:1883", "[::]:8883"
    /// or "host.example:1883". Setting it sets both.
    /// </summary>
    /// <exception cref="FormatException">It is no address with a port.</exception>
    public string? Address
    {
        get => ListenAddress.Format(EndPoint, HostName);
        set => (EndPoint, HostName) = ListenAddress.Parse(value);
    }

    /// <summary>
    /// Whether no socket is opened although there is an address: streams are attached to the listener, and whoever
    /// attaches them has accepted and decrypted them there.
    /// </summary>
    public bool IsAttached { get; set; }

    /// <summary>
    /// Name whose addresses are all bound, with the port of <see cref="EndPoint"/>, instead of its address.
    /// </summary>
    public string? HostName { get; set; }

    /// <summary>
    /// Path of a unix domain socket, at most 107 bytes. A socket file that is left there is replaced if nobody
    /// listens on it; it is removed when the broker stops. Owner and group may connect.
    /// </summary>
    public string? UnixSocketPath { get; set; }

    /// <summary>
    /// Network interface whose addresses are bound, all that the address of <see cref="EndPoint"/> allows; null: that
    /// address. An interface without one fails the start.
    /// </summary>
    public string? BindInterface { get; set; }

    /// <summary>What logs call the listener; null: its address.</summary>
    public string? Name { get; set; }

    /// <summary>TLS; null: plain.</summary>
    public TlsOptions? Tls { get; set; }

    /// <summary>
    /// Whether connections begin with a PROXY protocol header, of version 1 or 2. One that does not is closed.
    /// </summary>
    public bool ProxyProtocol { get; set; }

    /// <summary>
    /// Who may connect to a listener with <see cref="ProxyProtocol"/>; others are closed. Networks such as
    /// "10.0.0.0/8". Empty: everyone, as Mosquitto: then nobody but the proxy must be able to reach the listener.
    /// </summary>
    public IList<string> TrustedProxies
    {
        get => _trustedProxies;
        init => _trustedProxies = value;
    }

    /// <summary>Versions of MQTT a client may speak; another one is refused as not supported.</summary>
    public ProtocolVersions AcceptVersions { get; set; } = ProtocolVersions.All;

    /// <summary>
    /// Whether the PROXY header must say that the client came over TLS. It can be believed: see
    /// <see cref="TrustedProxies"/>.
    /// </summary>
    public bool ProxyRequiresTls { get; set; }

    /// <summary>Whether the PROXY header must say that the client has shown the proxy a good certificate.</summary>
    public bool ProxyRequiresCertificate { get; set; }

    /// <summary>Whether a client may connect without a user name.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>Decides about user names and passwords; null: nobody knows any.</summary>
    public IAuthenticator? Authenticator { get; set; }

    /// <summary>Methods of enhanced authentication (MQTT 5.0, section 4.12).</summary>
    public IList<IEnhancedAuthenticator> EnhancedAuthenticators
    {
        get => _enhancedAuthenticators;
        init => _enhancedAuthenticators = value;
    }

    /// <summary>What clients may publish, subscribe to and receive; null: everything.</summary>
    public IAccessRules? AccessRules { get; set; }

    /// <summary>Where the user name comes from when the client has shown a certificate.</summary>
    public CertificateUserName CertificateUserName { get; set; }

    /// <summary>Whether the user name takes the place of the Client Identifier.</summary>
    public bool UseUserNameAsClientId { get; set; }

    /// <summary>Whether an empty Client Identifier is replaced by a made one; otherwise it is refused.</summary>
    public bool AllowZeroLengthClientId { get; set; } = true;

    /// <summary>What a Client Identifier made by the broker begins with; at most 128 bytes of UTF-8.</summary>
    public string AutoIdPrefix { get; set; } = "auto-";

    /// <summary>Prefix that a Client Identifier must have; null: any identifier.</summary>
    public string? ClientIdPrefix { get; set; }

    /// <summary>Connections at a time; the next one is closed. -1: any number.</summary>
    public int MaximumConnections { get; set; } = -1;

    /// <summary>
    /// Connections at a time from one source address (of IPv6: from one network of 64 bits); the next one is closed
    /// before anything is read of it. 0: any number. Behind a proxy the address is the one of its PROXY header.
    /// </summary>
    public int MaximumConnectionsPerAddress { get; set; }

    /// <summary>
    /// Connections that one source address may make in a second; as many may come at once. 0: any number.
    /// </summary>
    public int ConnectRatePerAddress { get; set; }

    /// <summary>
    /// Put in front of every topic of its clients, and taken off what they receive: they see only what is below it.
    /// Null: nothing.
    /// </summary>
    public string? MountPoint { get; set; }

    /// <summary>Highest QoS a client may publish with (Maximum QoS, MQTT 5.0); others are disconnected.</summary>
    public QualityOfService MaximumQoS { get; set; } = QualityOfService.ExactlyOnce;

    /// <summary>Topic Aliases a client may use towards the broker; null: the broker's option.</summary>
    public ushort? TopicAliasMaximum { get; set; }

    /// <summary>Topic Aliases the broker uses towards a client at the most; null: its own limit.</summary>
    public int? TopicAliasMaximumToClient { get; set; }

    /// <summary>
    /// Takes from a container what the listener has none of: its authenticators and access rules.
    /// </summary>
    public void TakeFrom(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        Authenticator ??= (IAuthenticator?)services.GetService(typeof(IAuthenticator));
        AccessRules ??= (IAccessRules?)services.GetService(typeof(IAccessRules));
        if (EnhancedAuthenticators.Count == 0
            && services.GetService(typeof(IEnumerable<IEnhancedAuthenticator>))
                is IEnumerable<IEnhancedAuthenticator> methods)
        {
            _enhancedAuthenticators = [.. methods];
        }
    }

    /// <summary>A copy that its owner may keep: lists and TLS too.</summary>
    internal ListenerOptions Copy()
    {
        var copy = (ListenerOptions)MemberwiseClone();
        copy.Tls = Tls?.Copy();
        copy._trustedProxies = [.. TrustedProxies];
        copy._enhancedAuthenticators = [.. EnhancedAuthenticators];
        return copy;
    }
}

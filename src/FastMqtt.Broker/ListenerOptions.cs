// One listener as the operator asks for it: where, how it is protected, who may come in, what a client may do there.

using System.Net;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Broker;

/// <summary>One listening socket and what holds for the clients that connect to it.</summary>
public sealed class ListenerOptions
{
    /// <summary>
    /// Address and port; port 0 lets the system choose. Null: <see cref="UnixSocketPath"/>, or, when that is null too,
    /// no socket at all: streams are attached to it.
    /// </summary>
    public IPEndPoint? EndPoint { get; init; }

    /// <summary>
    /// Name whose addresses are all bound, with the port of <see cref="EndPoint"/>, instead of its address.
    /// </summary>
    public string? HostName { get; init; }

    /// <summary>
    /// Path of a unix domain socket, at most 107 bytes. A socket file that is left there is replaced if nobody
    /// listens on it; it is removed when the broker stops. Owner and group may connect.
    /// </summary>
    public string? UnixSocketPath { get; init; }

    /// <summary>
    /// Network interface whose addresses are bound, all that the address of <see cref="EndPoint"/> allows; null: that
    /// address. An interface without one fails the start.
    /// </summary>
    public string? BindInterface { get; init; }

    /// <summary>What logs call the listener; null: its address.</summary>
    public string? Name { get; init; }

    /// <summary>TLS; null: plain.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>
    /// Whether connections begin with a PROXY protocol header, of version 1 or 2. One that does not is closed.
    /// </summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>
    /// Who may connect to a listener with <see cref="ProxyProtocol"/>; others are closed. Empty: everyone, as
    /// Mosquitto: then nobody but the proxy must be able to reach the listener.
    /// </summary>
    public IList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Versions of MQTT a client may speak; another one is refused as not supported.</summary>
    public ProtocolVersions AcceptVersions { get; init; } = ProtocolVersions.All;

    /// <summary>
    /// Whether the PROXY header must say that the client came over TLS. It can be believed: see
    /// <see cref="TrustedProxies"/>.
    /// </summary>
    public bool ProxyRequiresTls { get; init; }

    /// <summary>Whether the PROXY header must say that the client has shown the proxy a good certificate.</summary>
    public bool ProxyRequiresCertificate { get; init; }

    /// <summary>Whether a client may connect without a user name.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Decides about user names and passwords; null: nobody knows any.</summary>
    public IAuthenticator? Authenticator { get; init; }

    /// <summary>Methods of enhanced authentication (MQTT 5.0, section 4.12).</summary>
    public IList<IEnhancedAuthenticator> EnhancedAuthenticators { get; init; } = [];

    /// <summary>What clients may publish, subscribe to and receive; null: everything.</summary>
    public IAccessRules? AccessRules { get; init; }

    /// <summary>Where the user name comes from when the client has shown a certificate.</summary>
    public CertificateUserName CertificateUserName { get; init; }

    /// <summary>Whether the user name takes the place of the Client Identifier.</summary>
    public bool UseUserNameAsClientId { get; init; }

    /// <summary>Whether an empty Client Identifier is replaced by a made one; otherwise it is refused.</summary>
    public bool AllowZeroLengthClientId { get; init; } = true;

    /// <summary>What a Client Identifier made by the broker begins with; at most 128 bytes of UTF-8.</summary>
    public string AutoIdPrefix { get; init; } = "auto-";

    /// <summary>Prefix that a Client Identifier must have; null: any identifier.</summary>
    public string? ClientIdPrefix { get; init; }

    /// <summary>Connections at a time; the next one is closed. -1: any number.</summary>
    public int MaximumConnections { get; init; } = -1;

    /// <summary>
    /// Connections at a time from one source address (of IPv6: from one network of 64 bits); the next one is closed
    /// before anything is read of it. 0: any number. Behind a proxy the address is the one of its PROXY header.
    /// </summary>
    public int MaximumConnectionsPerAddress { get; init; }

    /// <summary>
    /// Connections that one source address may make in a second; as many may come at once. 0: any number.
    /// </summary>
    public int ConnectRatePerAddress { get; init; }

    /// <summary>
    /// Put in front of every topic of its clients, and taken off what they receive: they see only what is below it.
    /// Null: nothing.
    /// </summary>
    public string? MountPoint { get; init; }

    /// <summary>Highest QoS a client may publish with (Maximum QoS, MQTT 5.0); others are disconnected.</summary>
    public QualityOfService MaximumQoS { get; init; } = QualityOfService.ExactlyOnce;

    /// <summary>Topic Aliases a client may use towards the broker; null: the broker's option.</summary>
    public ushort? TopicAliasMaximum { get; init; }

    /// <summary>Topic Aliases the broker uses towards a client at the most; null: its own limit.</summary>
    public int? TopicAliasMaximumToClient { get; init; }
}

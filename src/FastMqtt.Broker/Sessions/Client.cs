// One network connection as MQTT sees it: from accept to close. Belongs to one dispatcher. What must survive the
// connection is in Session.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Persistence;
using FastMqtt.Protocol;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Broker.Sessions;

internal enum ClientState : byte
{
    /// <summary>Accepted; a PROXY protocol header comes before anything else.</summary>
    AwaitingProxyHeader,

    /// <summary>Accepted by a TLS listener; workers do its handshake, nothing is received or sent.</summary>
    Handshaking,

    /// <summary>Accepted; the first packet must be CONNECT. [MQTT-3.1.0-1]</summary>
    AwaitingConnect,

    /// <summary>Its CONNECT asks for enhanced authentication; AUTH packets go to and fro. Section 4.12.</summary>
    Authenticating,

    Connected,

    /// <summary>In the dispatcher's list of connections to close; nothing it sends is handled any more.</summary>
    Closing,

    /// <summary>
    /// Our side is shut; what the peer still sends is read and thrown away until it closes or a time-out. Closing at
    /// once with unread input would reset the connection, and the peer would lose the DISCONNECT that says why.
    /// </summary>
    Lingering,

    Closed,
}

[Flags]
internal enum InputKind : byte
{
    Ordinary,

    /// <summary>Much: others are read before it.</summary>
    Loud = 1,

    /// <summary>Something that is to be stored.</summary>
    Stored = 2,
}

internal enum ReadPause : byte
{
    None,

    /// <summary>Too many of its answers are unsent; read again when it takes them.</summary>
    Replies,

    /// <summary>The disk is far behind; read again when that has caught up.</summary>
    Disk,
}

internal sealed class Client(Connection connection, Listener listener, long nowMilliseconds) : Timed
{
    private ClientConnection? _shown;

    public Connection Connection { get; } = connection;

    /// <summary>The listener it came in by.</summary>
    public Listener Listener { get; } = listener;

    public ClientState State = ClientState.AwaitingConnect;

    public ProtocolVersion Version = ProtocolVersion.Mqtt311;

    /// <summary>In the dispatcher's list of connections with something to send.</summary>
    public bool IsDirty;

    /// <summary>The last flush left bytes behind; the next writable event goes on.</summary>
    public bool IsBlocked;

    /// <summary>In the list of connections that may have more to read without a new event.</summary>
    public bool IsReadable;

    /// <summary>What it sent when it was read last.</summary>
    public InputKind LastInput;

    /// <summary>It has unread input, and is not read now.</summary>
    public ReadPause ReadPause;

    /// <summary>The peer has shut its side.</summary>
    public bool PeerClosed;

    /// <summary>DISCONNECT 0x00 was received: no will. [MQTT-3.14.4-3]</summary>
    public bool DeleteWill;

    /// <summary>Send what is pending, then linger: there is a last packet the peer should get to read.</summary>
    public bool Linger;

    /// <summary>It ended the connection itself with a DISCONNECT.</summary>
    public bool HasDisconnected;

    /// <summary>Whole frames were left unhandled: they come first when its walks are done.</summary>
    public bool HasUnhandled;

    /// <summary>
    /// Somebody is being asked about it, off the dispatcher: it is not read until the answer is there.
    /// </summary>
    public bool IsAsking;

    public ReasonCode CloseReason;

    /// <summary>Highest QoS it may publish and subscribe with.</summary>
    public QualityOfService MaximumQoS = QualityOfService.ExactlyOnce;

    /// <summary>It is one of the connections that its listener counts.</summary>
    public bool IsCounted;

    /// <summary>Its address is one of those that its listener counts.</summary>
    public bool IsAddressCounted;

    /// <summary>Walks with messages of it: it is not read until they are done. A burst makes 1,024.</summary>
    public ushort Walks;

    /// <summary>Milliseconds without a packet after which it is closed; 0 is never. [MQTT-3.1.2-22]</summary>
    public int KeepAliveMilliseconds;

    public long LastReceivedMilliseconds = nowMilliseconds;

    /// <summary>QoS 1 and 2 messages that may be unacknowledged at a time.</summary>
    public ushort Window;

    /// <summary>QoS 2 messages received on this connection and not released: what Receive Maximum is about.</summary>
    public ushort Unreleased;

    /// <summary>Largest packet the client takes, in bytes. [MQTT-3.1.2-24]</summary>
    public int MaximumPacketSize = Limits.ProtocolPacketSizeMax;

    public int LingeredBytes;

    /// <summary>Bytes of answers to its packets that it has not made room for by taking output.</summary>
    public int ReplyBytes;

    /// <summary>Bytes of its unfinished CONNECT, as counted in the dispatcher's sum.</summary>
    public int StrangerBytes;

    /// <summary>Replies that wait for the disk; null: none ever did.</summary>
    public HeldReplies? Held;

    /// <summary>The last window of DenialLog in which a line about it was logged; 0: none.</summary>
    public byte DenialWindow;

    /// <summary>Bytes it has sent: packets, without TLS and WebSocket frames.</summary>
    public long BytesReceived;

    public long BytesSent;

    public Session? Session;

    /// <summary>How it was let in; null when nobody had to be asked.</summary>
    public Authentication? Authentication;

    public TopicAliases? Aliases;

    public OutgoingTopicAliases? OutgoingAliases;

    /// <summary>What hooks have agreed to; null: what the options say holds.</summary>
    public ConnectTerms? Terms => _shown?.Terms;

    /// <summary>What stands in front of its topics here and is not shown to it; null for most clients.</summary>
    public byte[]? MountPoint => Listener.MountPoint;

    /// <summary>Its CONNACK waits for the disk: nothing else may be sent before it.</summary>
    public bool IsConnackHeld => Held is { HasConnack: true };

    public bool IsMqtt5 => Version == ProtocolVersion.Mqtt5;

    /// <summary>
    /// The name in the certificate it has shown, or of the pre-shared key it has used; null: none, or none is wanted.
    /// </summary>
    public string? CertificateName(CertificateUserName part) => (Connection.Stream, part) switch
    {
        (TlsStream stream, CertificateUserName.Identity) => stream.PskIdentity ?? stream.PeerCommonName,
        (TlsStream stream, CertificateUserName.Subject) => stream.PeerSubject,
        (AttachedStream stream, CertificateUserName.Identity) => stream.Certificate?.CommonName,
        (AttachedStream stream, CertificateUserName.Subject) => stream.Certificate?.Subject,
        (_, CertificateUserName.Identity) => Authentication?.ProxiedName,
        _ => null,
    };

    /// <summary>What embedders see of it, made when somebody wants to see it. On its dispatcher.</summary>
    public ClientConnection Show(Dispatcher dispatcher, string clientId, string? userName) =>
        _shown ??= new ClientConnection(dispatcher, this, clientId, userName);

    /// <summary>Unreleased QoS 2 messages it may have, as it was told.</summary>
    public int ReceiveMaximum(BrokerOptions options) => Terms?.ReceiveMaximum ?? options.ReceiveMaximum;

    /// <summary>Bytes of the largest packet it may send.</summary>
    public int PacketSizeMaximum(BrokerOptions options) =>
        Terms is { } terms && terms.MaximumPacketSize < options.MaximumPacketSize
            ? terms.MaximumPacketSize
            : options.MaximumPacketSize;

    /// <summary>The same for a client with a session.</summary>
    public ClientConnection Show(Dispatcher dispatcher) =>
        _shown ?? Show(dispatcher, Encoding.UTF8.GetString(Session!.ClientIdentifier), Session.UserName);

    public override void OnDue(Dispatcher dispatcher) => dispatcher.Lifecycle.OnClientDue(this);
}

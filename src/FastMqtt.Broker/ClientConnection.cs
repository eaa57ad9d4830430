// A client's connection as an embedder sees it: what hooks and inspection show, and where an embedder's own values are
// kept. Made by the client's dispatcher when somebody wants to see it, once a connection, and kept by the Client;
// facts that do not change are copied, so any thread may read it, also when the connection is gone.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Broker;

/// <summary>A client's connection. Any thread may use it, also after the connection has ended.</summary>
public sealed class ClientConnection
{
    private readonly Client _client;
    private readonly Dispatcher _dispatcher;
    private ClientItems? _items;

    internal ClientConnection(Dispatcher dispatcher, Client client, string clientId, string? userName)
    {
        _dispatcher = dispatcher;
        _client = client;
        ClientId = clientId;
        UserName = userName;
        Peer = client.Connection.Peer;
        Listener = client.Listener.Name;
        Version = client.Version;
        CertificateCommonName = client.CertificateName(CertificateUserName.Identity);
    }

    /// <summary>The Client Identifier, also when the broker has made it.</summary>
    public string ClientId { get; }

    /// <summary>Who the client is; null: it has not said.</summary>
    public string? UserName { get; internal set; } // by its dispatcher, until it is in

    /// <summary>Where the client is.</summary>
    public PeerAddress Peer { get; }

    /// <summary>Name of the listener it came in by.</summary>
    public string Listener { get; }

    /// <summary>The protocol it speaks.</summary>
    public ProtocolVersion Version { get; }

    /// <summary>Common Name of the certificate it has shown; null: none.</summary>
    public string? CertificateCommonName { get; }

    /// <summary>Whether it has been accepted and has not ended.</summary>
    public bool IsConnected => _client.State == ClientState.Connected;

    /// <summary>Bytes it has sent so far: packets, without TLS and WebSocket frames.</summary>
    public long BytesReceived => _client.BytesReceived;

    /// <summary>Bytes that were sent to it so far.</summary>
    public long BytesSent => _client.BytesSent;

    /// <summary>What hooks have agreed to; null: there are none. Its dispatcher's.</summary>
    internal ConnectTerms? Terms { get; set; }

    /// <summary>When it was let in, if hooks want to know.</summary>
    internal long ConnectedAtMilliseconds { get; set; }

    internal ClientItems Items => _items ?? Interlocked.CompareExchange(ref _items, new(), null) ?? _items;

    /// <summary>
    /// Ends the connection: a 5.0 client is told the reason, its will is published. Returns at once; does nothing when
    /// the connection has ended before.
    /// </summary>
    /// <param name="reason">What a DISCONNECT from a server may say, table 3-13 of MQTT 5.0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another reason.</exception>
    public void Disconnect(ReasonCode reason = ReasonCode.AdministrativeAction)
    {
        CheckReason(reason);
        _dispatcher.Inbox.Post(new Command(dispatcher => dispatcher.Packets.Disconnect(_client, reason)));
    }

    internal static void CheckReason(ReasonCode reason)
    {
        if (reason == ReasonCode.DisconnectWithWillMessage
            || !AllowedReasonCodes.Contains(PacketType.Disconnect, reason)) // [MQTT-3.14.2-1]
        {
            throw new ArgumentOutOfRangeException(nameof(reason), reason, "No reason for a server to disconnect.");
        }
    }
}

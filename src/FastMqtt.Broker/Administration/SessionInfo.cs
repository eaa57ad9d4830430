// A session as an embedder sees it: a copy of its figures at one moment, made on its dispatcher. Not the connection's
// own ClientConnection, which lives as long as the connection once it is made: listing a million would leave a million.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Handlers;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Administration;

/// <summary>
/// A session at one moment, with the connection it had. Times are the broker's clock: they do not follow when the
/// system's is set.
/// </summary>
public sealed record SessionInfo
{
    /// <summary>The Client Identifier.</summary>
    public required string ClientId { get; init; }

    /// <summary>Who the session belongs to; null: an anonymous client.</summary>
    public string? UserName { get; init; }

    /// <summary>Whether the client is connected.</summary>
    public bool IsConnected { get; init; }

    /// <summary>When the client connected; null: it is not.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>When the client left; null: it is connected.</summary>
    public DateTimeOffset? DisconnectedAt { get; init; }

    /// <summary>Name of the listener the client came in by; null: it is not connected.</summary>
    public string? Listener { get; init; }

    /// <summary>Where the client is; null: it is not connected.</summary>
    public PeerAddress? Peer { get; init; }

    /// <summary>The protocol the client speaks; null: it is not connected.</summary>
    public ProtocolVersion? Version { get; init; }

    /// <summary>The Keep Alive; zero: none. Null: the client is not connected.</summary>
    public TimeSpan? KeepAlive { get; init; }

    /// <summary>
    /// How long the session outlives its connection; zero: it ends with it. Null: it never ends by itself.
    /// </summary>
    public TimeSpan? ExpiryInterval { get; init; }

    /// <summary>When the session ends if its client does not come back; null: it is connected, or never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Subscriptions.</summary>
    public int Subscriptions { get; init; }

    /// <summary>Messages that wait in the session, not sent yet; retained ones that are owed are not counted.</summary>
    public int QueuedMessages { get; init; }

    /// <summary>Bytes of the messages that wait: topics, properties and payloads.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>QoS 1 and 2 messages sent to the client and not acknowledged to their end.</summary>
    public int InFlight { get; init; }

    /// <summary>QoS 2 messages received from the client and not released by it.</summary>
    public int Unreleased { get; init; }

    /// <summary>Whether there is a Will Message, waiting for the connection to end or for its delay.</summary>
    public bool HasWill { get; init; }

    /// <summary>
    /// Bytes that were received on this connection: packets, without TLS and WebSocket frames. 0 without a connection.
    /// </summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes that were sent on this connection. 0 without one.</summary>
    public long BytesSent { get; init; }

    /// <summary>On the session's dispatcher.</summary>
    internal static SessionInfo Of(Dispatcher dispatcher, Session session)
    {
        BrokerState state = dispatcher.Shared;
        Client? client = session.Client;
        uint expiry = ConnectRules.Expiry(dispatcher.Options, session.ExpiryInterval);
        DateTimeOffset since = TimeOf(state, session.SinceMilliseconds);
        return new SessionInfo
        {
            ClientId = System.Text.Encoding.UTF8.GetString(session.ClientIdentifier),
            UserName = session.UserName,
            IsConnected = client is not null,
            ConnectedAt = client is null ? null : since,
            DisconnectedAt = client is null ? since : null,
            Listener = client?.Listener.Name,
            Peer = client?.Connection.Peer,
            Version = client?.Version,
            KeepAlive = client is null ? null : TimeSpan.FromSeconds(client.KeepAliveMilliseconds / 1500),
            ExpiryInterval = expiry == Session.NeverExpires ? null : TimeSpan.FromSeconds(expiry),
            ExpiresAt = session.Deadline is { ExpiresAtMilliseconds: < long.MaxValue and var due }
                ? TimeOf(state, due)
                : null,
            Subscriptions = session.Subscriptions.Count,
            QueuedMessages = session.Queue?.Count ?? 0,
            QueuedBytes = session.Queue?.Bytes ?? 0,
            InFlight = session.Inflight?.Count ?? 0,
            Unreleased = session.Received?.Count ?? 0,
            HasWill = session.Will is not null,
            BytesReceived = client?.BytesReceived ?? 0,
            BytesSent = client?.BytesSent ?? 0,
        };
    }

    private static DateTimeOffset TimeOf(BrokerState state, long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(state.ToUnix(milliseconds));
}

// What the broker has and has done, as a host reads it: the sum of the dispatchers' counters, each read while its owner
// writes it. A snapshot: figures, not accounts.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Diagnostics;

/// <summary>
/// What the broker has, and has done since its start. Figures of one moment that need not add up: they are read while
/// the broker goes on.
/// </summary>
public readonly record struct BrokerStatistics
{
    /// <summary>Time since the broker was made.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>Connected clients.</summary>
    public long Connections { get; init; }

    /// <summary>Sessions, with or without a connection.</summary>
    public long Sessions { get; init; }

    /// <summary>Subscriptions of all sessions.</summary>
    public long Subscriptions { get; init; }

    /// <summary>Different Topic Filters among them.</summary>
    public long TopicFilters { get; init; }

    /// <summary>Retained messages.</summary>
    public long RetainedMessages { get; init; }

    /// <summary>Bytes of retained messages: topics, properties and payloads.</summary>
    public long RetainedBytes { get; init; }

    /// <summary>Connections that were accepted by a listener.</summary>
    public long SocketsOpened { get; init; }

    /// <summary>Clients that connected, ever.</summary>
    public long ConnectionsOpened { get; init; }

    /// <summary>Connections that a limit closed before anything was read of them.</summary>
    public long ConnectionsTurnedAway { get; init; }

    /// <summary>Connections closed because their PROXY protocol header was missing or wrong.</summary>
    public long ProxyHeadersRefused { get; init; }

    /// <summary>TLS connections closed because too many handshakes were under way.</summary>
    public long HandshakesRefused { get; init; }

    /// <summary>TLS handshakes that failed.</summary>
    public long HandshakesFailed { get; init; }

    /// <summary>Sessions that have ended because their time had run out, or that the host has expired.</summary>
    public long SessionsExpired { get; init; }

    /// <summary>Bytes received: packets, without TLS and WebSocket frames.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>MQTT Control Packets received.</summary>
    public long PacketsReceived { get; init; }

    /// <summary>MQTT Control Packets sent.</summary>
    public long PacketsSent { get; init; }

    /// <summary>Application messages received.</summary>
    public long MessagesReceived { get; init; }

    /// <summary>Application messages sent, one for each receiver.</summary>
    public long MessagesSent { get; init; }

    /// <summary>Bytes of the payloads of messages received.</summary>
    public long PayloadBytesReceived { get; init; }

    /// <summary>Bytes of the payloads of messages sent.</summary>
    public long PayloadBytesSent { get; init; }

    /// <summary>QoS 0 messages dropped for a connection that does not read.</summary>
    public long DroppedSlow { get; init; }

    /// <summary>Messages dropped for a session whose queue is full.</summary>
    public long DroppedQueueFull { get; init; }

    /// <summary>Messages dropped because they are larger than a client's Maximum Packet Size.</summary>
    public long DroppedTooLarge { get; init; }

    /// <summary>Messages dropped because their Message Expiry Interval passed before they were sent.</summary>
    public long DroppedExpired { get; init; }

    /// <summary>Messages for an in-process stream whose buffer was full.</summary>
    public long DroppedInProcess { get; init; }

    /// <summary>Messages that a delivering hook has kept from their receiver.</summary>
    public long SkippedByHook { get; init; }

    /// <summary>Calls of hooks that have thrown.</summary>
    public long HookFailures { get; init; }

    /// <summary>Calls of in-process handlers that have thrown.</summary>
    public long HandlerFaults { get; init; }

    /// <summary>Messages dropped, for any reason but a hook.</summary>
    public long Dropped => DroppedSlow + DroppedQueueFull + DroppedTooLarge + DroppedExpired + DroppedInProcess;

    /// <summary>Publications refused: to $SYS, too large, or retained beyond what the store takes.</summary>
    public long Refused { get; init; }

    /// <summary>Clients refused because of who they are or are not.</summary>
    public long DeniedConnect { get; init; }

    /// <summary>Publications that access rules have denied.</summary>
    public long DeniedPublish { get; init; }

    /// <summary>Subscriptions that access rules have denied.</summary>
    public long DeniedSubscribe { get; init; }

    /// <summary>Deliveries that access rules have denied.</summary>
    public long DeniedReceive { get; init; }

    /// <summary>The store; null: the broker has none.</summary>
    public StoreStatistics? Store { get; init; }

    internal static BrokerStatistics Of(BrokerState state)
    {
        BrokerMetrics sum = state.Sum();
        return new BrokerStatistics
        {
            Uptime = TimeSpan.FromMilliseconds(state.Milliseconds() - 1),
            Connections = sum.ConnectionsOpen,
            Sessions = sum.Sessions,
            Subscriptions = state.Subscriptions.SubscriptionCount,
            TopicFilters = state.Subscriptions.FilterCount,
            RetainedMessages = state.Retained.Count,
            RetainedBytes = state.Retained.Bytes,
            SocketsOpened = sum.SocketsOpened,
            ConnectionsOpened = sum.ConnectionsOpened,
            ConnectionsTurnedAway = sum.ConnectionsTurnedAway,
            ProxyHeadersRefused = sum.ProxyHeadersRefused,
            HandshakesRefused = sum.HandshakesRefused,
            HandshakesFailed = sum.HandshakesFailed,
            SessionsExpired = sum.SessionsExpired,
            BytesReceived = sum.BytesReceived,
            BytesSent = sum.BytesSent,
            PacketsReceived = sum.PacketsReceived,
            PacketsSent = sum.PacketsSent,
            MessagesReceived = sum.PublishReceived,
            MessagesSent = sum.PublishSent,
            PayloadBytesReceived = sum.PublishBytesReceived,
            PayloadBytesSent = sum.PublishBytesSent,
            DroppedSlow = sum.DroppedSlow,
            DroppedQueueFull = sum.DroppedQueueFull,
            DroppedTooLarge = sum.DroppedTooLarge,
            DroppedExpired = sum.DroppedExpired,
            DroppedInProcess = sum.DroppedInProcess,
            SkippedByHook = sum.SkippedByHook,
            HookFailures = sum.HookFailures,
            HandlerFaults = sum.HandlerFaults,
            Refused = sum.Refused,
            DeniedConnect = sum.DeniedConnect,
            DeniedPublish = sum.DeniedPublish,
            DeniedSubscribe = sum.DeniedSubscribe,
            DeniedReceive = sum.DeniedReceive,
            Store = state.Writer is null ? null : StoreStatistics.Of(state),
        };
    }
}

// Counters of one dispatcher. Plain fields: only the owner writes, others read and sum. Never an interlocked operation
// per message. Aligned 64-bit reads do not tear on the processors we build for.

namespace FastMqtt.Broker.Diagnostics;

internal sealed class BrokerMetrics
{
    public long BytesReceived;
    public long BytesSent;
    public long PacketsReceived;
    public long PacketsSent;
    public long PublishReceived;
    public long PublishSent;
    public long PublishBytesReceived;
    public long PublishBytesSent;

    /// <summary>QoS 0 messages for a connection that does not read.</summary>
    public long DroppedSlow;

    /// <summary>Messages for a session whose queue is full.</summary>
    public long DroppedQueueFull;

    /// <summary>Messages larger than a client's Maximum Packet Size.</summary>
    public long DroppedTooLarge;

    /// <summary>Messages whose Message Expiry Interval passed before they were sent.</summary>
    public long DroppedExpired;

    /// <summary>Messages for an in-process reader that is too slow.</summary>
    public long DroppedInProcess;

    /// <summary>In-process handlers that have thrown.</summary>
    public long HandlerFaults;

    /// <summary>Publications refused: a `$SYS` topic, a full retained store.</summary>
    public long Refused;

    /// <summary>
    /// What access rules or hooks have denied: publications, subscriptions; and deliveries, by rules.
    /// </summary>
    public long DeniedPublish;
    public long DeniedSubscribe;
    public long DeniedReceive;

    /// <summary>Publications that a hook has swallowed, and deliveries that one has skipped.</summary>
    public long SwallowedPublish;
    public long SkippedByHook;

    /// <summary>Hooks that have thrown.</summary>
    public long HookFailures;

    /// <summary>Clients refused because of who they are or are not, or by a hook.</summary>
    public long DeniedConnect;

    /// <summary>Connections that a limit closed before anything was read of them.</summary>
    public long ConnectionsTurnedAway;

    /// <summary>Connections closed because their PROXY protocol header was missing or wrong.</summary>
    public long ProxyHeadersRefused;

    /// <summary>TLS connections closed because too many handshakes were under way.</summary>
    public long HandshakesRefused;

    public long HandshakesFailed;

    public long SocketsOpened;
    public long ConnectionsOpened;
    public long ConnectionsOpen;
    public long Sessions;
    public long SessionsExpired;

    public long Dropped => DroppedSlow + DroppedQueueFull + DroppedTooLarge + DroppedExpired + DroppedInProcess;

    public void Add(BrokerMetrics other)
    {
        BytesReceived += other.BytesReceived;
        BytesSent += other.BytesSent;
        PacketsReceived += other.PacketsReceived;
        PacketsSent += other.PacketsSent;
        PublishReceived += other.PublishReceived;
        PublishSent += other.PublishSent;
        PublishBytesReceived += other.PublishBytesReceived;
        PublishBytesSent += other.PublishBytesSent;
        DroppedSlow += other.DroppedSlow;
        DroppedQueueFull += other.DroppedQueueFull;
        DroppedTooLarge += other.DroppedTooLarge;
        DroppedExpired += other.DroppedExpired;
        DroppedInProcess += other.DroppedInProcess;
        HandlerFaults += other.HandlerFaults;
        Refused += other.Refused;
        DeniedPublish += other.DeniedPublish;
        DeniedSubscribe += other.DeniedSubscribe;
        DeniedReceive += other.DeniedReceive;
        SwallowedPublish += other.SwallowedPublish;
        SkippedByHook += other.SkippedByHook;
        HookFailures += other.HookFailures;
        DeniedConnect += other.DeniedConnect;
        ConnectionsTurnedAway += other.ConnectionsTurnedAway;
        ProxyHeadersRefused += other.ProxyHeadersRefused;
        HandshakesRefused += other.HandshakesRefused;
        HandshakesFailed += other.HandshakesFailed;
        SocketsOpened += other.SocketsOpened;
        ConnectionsOpened += other.ConnectionsOpened;
        ConnectionsOpen += other.ConnectionsOpen;
        Sessions += other.Sessions;
        SessionsExpired += other.SessionsExpired;
    }
}

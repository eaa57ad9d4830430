// Every line the broker logs, in one place: nothing is formatted when its level is off. The rare ones are source
// generated; those that clients cause format themselves (ConnectedLine and the others). A line about a client names its
// identifier, its address and its listener, never its password. Called by dispatchers: the logger must not block.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker.Diagnostics;

internal static partial class BrokerLog
{
    [LoggerMessage(4, LogLevel.Warning, "Out of file descriptors: no new connection is accepted until one closes.")]
    public static partial void OutOfDescriptors(this ILogger log);

    [LoggerMessage(5, LogLevel.Warning, "Connection from {Address} could not be watched and was closed.")]
    public static partial void CannotPoll(this ILogger log, string address);

    [LoggerMessage(6, LogLevel.Critical, "Dispatcher {Dispatcher} failed; the broker stops.")]
    public static partial void DispatcherFailed(this ILogger log, int dispatcher, Exception exception);

    [LoggerMessage(7, LogLevel.Error, "Access control failed; what was asked is denied.")]
    public static partial void AuthenticationFailed(this ILogger log, Exception exception);

    [LoggerMessage(
        90, LogLevel.Error, "The in-process handler of {Filter} has failed ({Skipped} more since the last line).")]
    public static partial void HandlerFailed(this ILogger log, string filter, long skipped, Exception exception);

    [LoggerMessage(
        8, LogLevel.Error, "Hook {Hook} failed, which counts as a denial ({Skipped} more since the last line).")]
    public static partial void HookFailed(this ILogger log, string hook, long skipped, Exception exception);

    [LoggerMessage(50, LogLevel.Information, "TLS of listener {Listener}: loaded, {Certificate}.")]
    public static partial void TlsLoaded(this ILogger log, string listener, string certificate);

    [LoggerMessage(
        51, LogLevel.Information, "TLS of listener {Listener}: reloaded for new connections, {Certificate}.")]
    public static partial void TlsReloaded(this ILogger log, string listener, string certificate);

    [LoggerMessage(
        52, LogLevel.Error, "TLS of listener {Listener}: not reloaded, what was loaded stays in force: {Reason}.")]
    public static partial void TlsNotReloaded(this ILogger log, string listener, string reason);

    [LoggerMessage(
        53,
        LogLevel.Information,
        "TLS handshake with {Peer} on listener {Listener} failed: {Reason} ({Skipped} more since the last line).")]
    public static partial void HandshakeFailed(
        this ILogger log, string peer, string? reason, string listener, long skipped);

    [LoggerMessage(
        54,
        LogLevel.Warning,
        "Connection from {Peer} closed: {Maximum} TLS handshakes are under way ({Skipped} more since the last line).")]
    public static partial void TooManyHandshakes(this ILogger log, string peer, int maximum, long skipped);

    [LoggerMessage(LogEvents.DeniedMore, LogLevel.Information, "Denied {Count} more in the last 10 s.")]
    public static partial void DeniedMore(this ILogger log, long count);

    public static void Connected(
        this ILogger log, Dispatcher dispatcher, Client client, Session session, ushort keepAlive) =>
        log.Write(
            LogLevel.Information,
            LogEvents.Connected,
            nameof(Connected),
            new ConnectedLine(client, session, keepAlive, dispatcher.Id));

    public static void Closed(this ILogger log, Client client, Session session) =>
        log.Write(LogLevel.Information, LogEvents.Closed, nameof(Closed), new ClosedLine(client, session));

    /// <summary>A CONNECT was refused. The identifier is what it claims to be, if that is known.</summary>
    public static void Refused(
        this ILogger log, Dispatcher dispatcher, Client client, ReasonCode reason, byte[]? identifier = null) =>
        log.Write(
            LogLevel.Information, LogEvents.Refused, nameof(Refused), new RefusedLine(client, identifier, reason));

    /// <summary>A client wanted what it may not. At most one line of a client in ten seconds; see DenialLog.</summary>
    public static void Denied(
        this ILogger log, Dispatcher dispatcher, Client client, AccessKind kind, ReadOnlySpan<byte> topic)
    {
        if (log.IsEnabled(LogLevel.Information))
        {
            dispatcher.Denials.Note(client, kind, topic);
        }
    }

    /// <summary>For DenialLog, which has let it pass.</summary>
    public static void DeniedTopic(this ILogger log, Client client, AccessKind kind, TopicText topic) =>
        log.Write(LogLevel.Information, LogEvents.Denied, "Denied", TopicLine.Denied(client, kind, topic));

    public static void Subscribed(
        this ILogger log, Client client, ReadOnlySpan<byte> filter, QualityOfService qos, byte[] buffer)
    {
        if (log.IsEnabled(LogLevel.Trace))
        {
            var line = TopicLine.Subscribed(client, TopicText.Copy(filter, buffer), qos);
            log.Write(LogLevel.Trace, LogEvents.Subscribed, nameof(Subscribed), line);
        }
    }

    public static void Unsubscribed(this ILogger log, Client client, ReadOnlySpan<byte> filter, byte[] buffer)
    {
        if (log.IsEnabled(LogLevel.Trace))
        {
            var line = TopicLine.Unsubscribed(client, TopicText.Copy(filter, buffer));
            log.Write(LogLevel.Trace, LogEvents.Unsubscribed, nameof(Unsubscribed), line);
        }
    }

    public static void Packet(this ILogger log, PacketLine line) =>
        log.Write(LogLevel.Debug, LogEvents.Packet, nameof(Packet), line);

    public static void Rejected(this ILogger log, Dispatcher dispatcher, Client client, ReasonCode reason)
    {
        if (log.IsEnabled(LogLevel.Debug))
        {
            string name = new ClientName(client.Session?.ClientIdentifier).ToString();
            log.BrokeProtocol(name, client.Connection.Peer.ToString(), ReasonWords.Of(reason), client.Listener.Name);
        }
    }

    public static void TurnedAway(
        this ILogger log, int count, Transport.PeerAddress peer, string listener, Admission reason)
    {
        if (log.IsEnabled(LogLevel.Warning))
        {
            log.TurnedAwayLine(count, listener, peer.ToString(), reason);
        }
    }

    public static void BadProxyHeader(this ILogger log, Client client)
    {
        if (log.IsEnabled(LogLevel.Information))
        {
            log.BadProxyHeaderLine(client.Connection.Peer.ToString(), client.Listener.Name);
        }
    }

    [LoggerMessage(
        55,
        LogLevel.Warning,
        "{Count} connections closed by a limit since the last such line; to {Listener} from {Peer}: {Reason}.")]
    private static partial void TurnedAwayLine(
        this ILogger log, int count, string listener, string peer, Admission reason);

    [LoggerMessage(
        56,
        LogLevel.Information,
        "Connection from {Peer} to {Listener} has no PROXY header that is valid and says what it must.")]
    private static partial void BadProxyHeaderLine(this ILogger log, string peer, string listener);

    /// <summary>Debug only: whoever looks for open ports causes it.</summary>
    public static void SentNoConnect(this ILogger log, Client client)
    {
        if (log.IsEnabled(LogLevel.Debug))
        {
            log.NoConnect(client.Connection.Peer.ToString(), client.Listener.Name);
        }
    }

    [LoggerMessage(15, LogLevel.Debug, "Connection from {Address} sent no CONNECT in time (listener {Listener}).")]
    private static partial void NoConnect(this ILogger log, string address, string listener);

    [LoggerMessage(
        14, LogLevel.Debug, "Client {Client} [{Address}] broke the protocol: {Reason} (listener {Listener}).")]
    private static partial void BrokeProtocol(
        this ILogger log, string client, string address, string reason, string listener);

    private static void Write<TLine>(this ILogger log, LogLevel level, int number, string name, TLine line)
        where TLine : struct, ILogFields
    {
        if (log.IsEnabled(level))
        {
            log.Log(level, new EventId(number, name), line, null, static (line, _) => line.ToString()!);
        }
    }
}

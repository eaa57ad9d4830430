// Every line the broker logs, in one place: nothing is formatted when its level is off. Most are source generated; the
// two that every connection causes format themselves (ConnectedLine, ClosedLine). A line about a client names its
// identifier and its address, never its password. Called by dispatchers: the logger must not block.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker.Diagnostics;

internal static partial class BrokerLog
{
    [LoggerMessage(4, LogLevel.Warning, "Out of file descriptors: no new connection is accepted until one closes.")]
    public static partial void OutOfDescriptors(this ILogger log);

    [LoggerMessage(5, LogLevel.Warning, "Connection from {Peer} could not be watched and was closed.")]
    public static partial void CannotPoll(this ILogger log, string peer);

    [LoggerMessage(6, LogLevel.Critical, "Dispatcher {Dispatcher} failed; the broker stops.")]
    public static partial void DispatcherFailed(this ILogger log, int dispatcher, Exception exception);

    [LoggerMessage(20, LogLevel.Information, "TLS of listener {Listener}: loaded, {Certificate}.")]
    public static partial void TlsLoaded(this ILogger log, string listener, string certificate);

    [LoggerMessage(
        21, LogLevel.Information, "TLS of listener {Listener}: reloaded for new connections, {Certificate}.")]
    public static partial void TlsReloaded(this ILogger log, string listener, string certificate);

    [LoggerMessage(
        22, LogLevel.Error, "TLS of listener {Listener}: not reloaded, what was loaded stays in force: {Reason}.")]
    public static partial void TlsNotReloaded(this ILogger log, string listener, string reason);

    [LoggerMessage(
        23,
        LogLevel.Information,
        "TLS handshake with {Peer} on listener {Listener} failed: {Reason} ({Skipped} more since the last line).")]
    public static partial void HandshakeFailed(
        this ILogger log, string peer, string? reason, string listener, long skipped);

    [LoggerMessage(
        24,
        LogLevel.Warning,
        "Connection from {Peer} closed: {Maximum} TLS handshakes are under way ({Skipped} more since the last line).")]
    public static partial void TooManyHandshakes(this ILogger log, string peer, int maximum, long skipped);

    public static void Connected(
        this ILogger log, Dispatcher dispatcher, Client client, Session session, ushort keepAlive)
    {
        if (log.IsEnabled(LogLevel.Information))
        {
            log.Log(
                LogLevel.Information,
                new EventId(10, nameof(Connected)),
                new ConnectedLine(client, session, keepAlive, dispatcher.Id),
                null,
                static (line, _) => line.ToString());
        }
    }

    public static void Closed(this ILogger log, Client client, Session session)
    {
        if (log.IsEnabled(LogLevel.Information))
        {
            log.Log(
                LogLevel.Information,
                new EventId(11, nameof(Closed)),
                new ClosedLine(client, session),
                null,
                static (line, _) => line.ToString());
        }
    }

    public static void Refused(this ILogger log, Dispatcher dispatcher, Client client, ReasonCode reason)
    {
        if (log.IsEnabled(LogLevel.Information))
        {
            log.RefusedLine(client.Connection.Peer.ToString(), reason);
        }
    }

    public static void Rejected(this ILogger log, Dispatcher dispatcher, Client client, ReasonCode reason)
    {
        if (log.IsEnabled(LogLevel.Debug))
        {
            string name = client.Session is { } session ? Name(session) : "(no session)";
            log.RejectedLine(name, client.Connection.Peer.ToString(), reason);
        }
    }

    [LoggerMessage(13, LogLevel.Information, "Connection from {Peer} refused: {Reason}.")]
    private static partial void RefusedLine(this ILogger log, string peer, ReasonCode reason);

    [LoggerMessage(14, LogLevel.Debug, "Client {Client} [{Peer}] broke the protocol: {Reason}.")]
    private static partial void RejectedLine(this ILogger log, string client, string peer, ReasonCode reason);

    private static string Name(Session session) => new ClientName(session).ToString();
}

// Every line the broker logs, in one place, source generated: nothing is formatted when its level is off. A line about
// a client names its identifier and its address, never its password. Called by dispatchers: the logger must not block.

using System.Text.Unicode;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker.Diagnostics;

internal static partial class BrokerLog
{
    private const int NameCharactersMax = 256;

    [LoggerMessage(4, LogLevel.Warning, "Out of file descriptors: no new connection is accepted until one closes.")]
    public static partial void OutOfDescriptors(this ILogger log);

    [LoggerMessage(5, LogLevel.Warning, "Connection from {Peer} could not be watched and was closed.")]
    public static partial void CannotPoll(this ILogger log, string peer);

    [LoggerMessage(6, LogLevel.Critical, "Dispatcher {Dispatcher} failed; the broker stops.")]
    public static partial void DispatcherFailed(this ILogger log, int dispatcher, Exception exception);

    public static void Connected(
        this ILogger log, Dispatcher dispatcher, Client client, Session session, ushort keepAlive)
    {
        if (log.IsEnabled(LogLevel.Information))
        {
            log.ConnectedLine(
                client.Connection.Peer.ToString(),
                Name(session),
                (byte)client.Version,
                session.ExpiryInterval == Session.NeverExpires ? "never" : $"{session.ExpiryInterval} s",
                keepAlive,
                dispatcher.Id);
        }
    }

    public static void Closed(this ILogger log, Dispatcher dispatcher, Client client, Session session)
    {
        if (log.IsEnabled(LogLevel.Information))
        {
            string how = client.HasDisconnected ? "disconnected" : "closed its connection";
            if (client.CloseReason == ReasonCode.Success)
            {
                log.ClosedLine(Name(session), client.Connection.Peer.ToString(), how);
            }
            else
            {
                log.ClosedWithReasonLine(
                    Name(session), client.Connection.Peer.ToString(), (byte)client.CloseReason, client.CloseReason);
            }
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

    [LoggerMessage(
        10,
        LogLevel.Information,
        "New client connected from {Peer} as {Client} (p{Protocol}, expiry {Expiry}, k{KeepAlive}, d{Dispatcher}).")]
    private static partial void ConnectedLine(
        this ILogger log, string peer, string client, byte protocol, string expiry, ushort keepAlive, int dispatcher);

    [LoggerMessage(11, LogLevel.Information, "Client {Client} [{Peer}] {How}.")]
    private static partial void ClosedLine(this ILogger log, string client, string peer, string how);

    [LoggerMessage(12, LogLevel.Information, "Client {Client} [{Peer}] disconnected: 0x{Code:X2} {Reason}.")]
    private static partial void ClosedWithReasonLine(
        this ILogger log, string client, string peer, byte code, ReasonCode reason);

    [LoggerMessage(13, LogLevel.Information, "Connection from {Peer} refused: {Reason}.")]
    private static partial void RefusedLine(this ILogger log, string peer, ReasonCode reason);

    [LoggerMessage(14, LogLevel.Debug, "Client {Client} [{Peer}] broke the protocol: {Reason}.")]
    private static partial void RejectedLine(this ILogger log, string client, string peer, ReasonCode reason);

    // The client chooses it: it must neither end the line and write one of its own, nor fill the log.
    internal static string Name(Session session)
    {
        Span<char> name = stackalloc char[NameCharactersMax];
        Utf8.ToUtf16(session.ClientIdentifier, name, out _, out int length);
        name = name[..length];
        foreach (ref char character in name)
        {
            character = char.IsControl(character) ? '\uFFFD' : character;
        }

        return name.ToString();
    }
}

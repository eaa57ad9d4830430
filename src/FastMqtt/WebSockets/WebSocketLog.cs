// What WebSocket listeners say in the log. A client's own lines are the broker's.
using Microsoft.Extensions.Logging;

namespace FastMqtt.WebSockets;

internal static partial class WebSocketLog
{
    [LoggerMessage(42, LogLevel.Debug, "TLS handshake with {Peer} failed: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, string peer, string reason);

    [LoggerMessage(43, LogLevel.Information, "Certificates of the WebSocket listener on {Listener} read again")]
    public static partial void CertificatesRead(ILogger logger, string listener);

    [LoggerMessage(44, LogLevel.Error,
        "Certificates of the WebSocket listener on {Listener} cannot be read, the old ones stay: {Reason}")]
    public static partial void CertificatesBad(ILogger logger, string listener, string reason);

    [LoggerMessage(45, LogLevel.Warning,
        "{Option} has no effect on the WebSocket listener on {Listener}: its ciphers are the system's")]
    public static partial void CiphersIgnored(ILogger logger, string option, string listener);

    [LoggerMessage(46, LogLevel.Error, "A WebSocket connection failed")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(47, LogLevel.Information, "Listening for {Kind} on {Address}")]
    public static partial void Listening(ILogger logger, string kind, string address);
}

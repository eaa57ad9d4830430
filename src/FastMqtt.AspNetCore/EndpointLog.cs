// What a WebSocket endpoint says in the log. A client's own lines are the broker's.
using Microsoft.Extensions.Logging;

namespace FastMqtt.AspNetCore;

internal static partial class EndpointLog
{
    [LoggerMessage(40, LogLevel.Debug, "WebSocket request from {Peer} answered {Status}: {Reason}")]
    public static partial void Refused(ILogger logger, string peer, int status, string reason);

    [LoggerMessage(41, LogLevel.Information, "WebSocket from {Peer} denied: origin {Origin} is not allowed")]
    public static partial void OriginDenied(ILogger logger, string peer, string origin);
}

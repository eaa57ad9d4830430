// What the process itself says in the log. Source generated, so that nothing is formatted when nobody listens.
using System.Net;
using Microsoft.Extensions.Logging;

namespace FastMqtt;

internal static partial class ProcessLog
{
    [LoggerMessage(1, LogLevel.Information, "Listening on {EndPoint}, anonymous access allowed")]
    public static partial void ListeningAnonymous(ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(2, LogLevel.Warning,
        "Listening on {EndPoint}, every client is refused: --allow-anonymous lets clients in without credentials")]
    public static partial void ListeningRefusing(ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(3, LogLevel.Information,
        "Only clients on this machine can connect; --listen ADDRESS:PORT serves others")]
    public static partial void LoopbackOnly(ILogger logger);

    [LoggerMessage(4, LogLevel.Information, "fastmqtt version {Version} running")]
    public static partial void Running(ILogger logger, string version);

    [LoggerMessage(5, LogLevel.Information, "{Signal} received, closing connections; a second signal exits at once")]
    public static partial void Stopping(ILogger logger, string signal);

    [LoggerMessage(6, LogLevel.Information, "fastmqtt stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(7, LogLevel.Critical, "The broker has failed and ends; its last lines say why")]
    public static partial void Failed(ILogger logger);

    [LoggerMessage(8, LogLevel.Information, "Listening on {EndPoint}")]
    public static partial void Listening(ILogger logger, IPEndPoint endPoint);
}

// What the process itself says in the log. Source generated, so that nothing is formatted when nobody listens.
using System.Net;
using FastMqtt.Broker;
using Microsoft.Extensions.Logging;

namespace FastMqtt;

internal static partial class ProcessLog
{
    [LoggerMessage(1, LogLevel.Information, "Listening on {EndPoint}, anonymous access allowed")]
    public static partial void ListeningAnonymous(ILogger logger, EndPoint endPoint);

    [LoggerMessage(2, LogLevel.Warning,
        "Listening on {EndPoint}, every client is refused: --allow-anonymous lets clients in without credentials")]
    public static partial void ListeningRefusing(ILogger logger, EndPoint endPoint);

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

    [LoggerMessage(100, LogLevel.Information, "Running as user {User} ({Number}) from now on")]
    public static partial void BecameUser(ILogger logger, string user, uint number);

    [LoggerMessage(101, LogLevel.Warning, "Running as root; the option user gives root's rights up once it listens")]
    public static partial void RunningAsRoot(ILogger logger);

    [LoggerMessage(102, LogLevel.Information, "SIGUSR1 received: nothing to save, persistence is not on")]
    public static partial void NothingToSave(ILogger logger);

    [LoggerMessage(103, LogLevel.Information, "Broker: {Connected} clients connected, {Sessions} sessions, "
        + "{Subscriptions} subscriptions, {Retained} retained messages of {RetainedBytes} bytes")]
    public static partial void Holdings(
        ILogger logger, long connected, long sessions, long subscriptions, long retained, long retainedBytes);

    [LoggerMessage(104, LogLevel.Information,
        "Broker: {Received} messages received, {Sent} sent, {Dropped} dropped; {HeapBytes} bytes of managed memory")]
    public static partial void Traffic(ILogger logger, long received, long sent, long dropped, long heapBytes);

    [LoggerMessage(105, LogLevel.Information, "SIGHUP received: log files are opened anew")]
    public static partial void Reopened(ILogger logger);

    [LoggerMessage(106, LogLevel.Error, "No trace: {Reason}")]
    public static partial void NoTraceSocket(ILogger logger, string reason);

    [LoggerMessage(107, LogLevel.Information, "Trace began: {Filter}, by user {User}")]
    public static partial void TraceBegan(ILogger logger, string filter, uint user);

    [LoggerMessage(108, LogLevel.Information, "Trace ended: {Filter}")]
    public static partial void TraceEnded(ILogger logger, string filter);

    [LoggerMessage(109, LogLevel.Information, "SIGUSR1 received: saved {Path} in {Milliseconds} ms")]
    public static partial void Saved(ILogger logger, string path, long milliseconds);

    [LoggerMessage(110, LogLevel.Error, "Not saved: {Reason}")]
    public static partial void SaveFailed(ILogger logger, string reason);

    [LoggerMessage(111, LogLevel.Information,
        "Sessions and retained messages are saved in {Path}, durability {Durability}")]
    public static partial void Saving(ILogger logger, string path, string durability);

    [LoggerMessage(8, LogLevel.Information, "Listening on {EndPoint}")]
    public static partial void Listening(ILogger logger, EndPoint endPoint);
}

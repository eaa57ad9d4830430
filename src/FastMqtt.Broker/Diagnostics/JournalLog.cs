// The lines of the log about what is saved and recovered.

using System.Text;
using FastMqtt.Broker.Persistence;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker.Diagnostics;

internal static partial class JournalLog
{
    [LoggerMessage(80, LogLevel.Error, "Nothing can be saved: {Reason}. Acknowledgements wait; trying again.")]
    public static partial void StoreFails(this ILogger log, string reason);

    [LoggerMessage(81, LogLevel.Warning, "Saving works again after {Milliseconds} ms; nothing was lost.")]
    public static partial void StoreWorks(this ILogger log, long milliseconds);

    [LoggerMessage(82, LogLevel.Warning, "The disk is slow: saving took {Milliseconds} ms.")]
    public static partial void StoreIsSlow(this ILogger log, long milliseconds);

    [LoggerMessage(
        83,
        LogLevel.Information,
        "Recovered {Sessions} sessions, {Subscriptions} subscriptions, {Queued} waiting and {Inflight} unacknowledged "
            + "messages, {Retained} retained messages in {Milliseconds} ms.")]
    public static partial void Recovered(
        this ILogger log, int sessions, int subscriptions, long queued, int inflight, int retained, long milliseconds);

    [LoggerMessage(84, LogLevel.Error, "{Count} records of the store are damaged and were left out.")]
    public static partial void RecordsDamaged(this ILogger log, int count);

    public static void Imported(this ILogger log, string file, StoreImport import)
    {
        LogImported(log, file, import.Sessions, import.Subscriptions, import.Retained, import.Queued);
        if (import.Incomplete is { } reason)
        {
            LogIncomplete(log, file, reason);
        }
    }

    [LoggerMessage(
        86,
        LogLevel.Information,
        "Imported {Sessions} sessions, {Subscriptions} subscriptions, {Retained} retained and {Queued} waiting "
            + "messages from {File}.")]
    private static partial void LogImported(
        ILogger log, string file, int sessions, int subscriptions, int retained, int queued);

    [LoggerMessage(87, LogLevel.Error, "{File} could not be read to its end: {Reason}.")]
    private static partial void LogIncomplete(ILogger log, string file, string reason);

    public static void SegmentLost(this ILogger log, byte[] clientIdentifier, string reason) =>
        LogSegmentLost(log, Encoding.UTF8.GetString(clientIdentifier), reason);

    [LoggerMessage(85, LogLevel.Error, "Waiting messages of client {ClientId} are lost: {Reason}.")]
    private static partial void LogSegmentLost(ILogger log, string clientId, string reason);
}

// Every line the store logs, in one place.

using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker.Persistence;

internal static partial class StoreLog
{
    [LoggerMessage(
        70,
        LogLevel.Error,
        "Store {Path} was damaged ({Reason}) and is now {Aside}; saved to a new one were these rows: {Rows}.")]
    public static partial void StoreSalvaged(this ILogger log, string path, string reason, string aside, string rows);

    [LoggerMessage(71, LogLevel.Information, "Store {Path}: version {From} became {To}.")]
    public static partial void StoreMigrated(this ILogger log, string path, int from, int to);

    [LoggerMessage(
        72, LogLevel.Warning, "Store {Path}: its journal cannot be moved to its file and grows: {Reason}.")]
    public static partial void JournalNotMoved(this ILogger log, string path, string reason);
}

// Which type a line is of (by its number where the level does not tell, else by its level), and what types are called.
// Constant time, since it is asked for every line.
using FastMqtt.Broker.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Logging;

internal static class LogTypeRules
{
    /// <summary>The types with these names; a later none does not undo an earlier name, as in Mosquitto.</summary>
    public static LogTypes Parse(IReadOnlySet<string> names)
    {
        LogTypes types = LogTypes.None;
        foreach (string name in names)
        {
            types |= name switch
            {
                "error" => LogTypes.Error,
                "warning" => LogTypes.Warning,
                "notice" => LogTypes.Notice,
                "information" => LogTypes.Information,
                "debug" => LogTypes.Debug,
                "subscribe" => LogTypes.Subscribe,
                "unsubscribe" => LogTypes.Unsubscribe,
                "websockets" => LogTypes.WebSockets,
                "all" => LogTypes.All,
                _ => LogTypes.None,
            };
        }

        return types;
    }

    public static LogTypes Of(LogLevel level, int eventNumber) => (level, eventNumber) switch
    {
        ( >= LogLevel.Error, _) => LogTypes.Error,
        (LogLevel.Warning, _) => LogTypes.Warning,
        (LogLevel.Debug, _) => LogTypes.Debug,
        (_, >= LogEvents.Connected and <= LogEvents.DeniedMore) => LogTypes.Notice,
        (_, LogEvents.Subscribed) => LogTypes.Subscribe,
        (_, LogEvents.Unsubscribed) => LogTypes.Unsubscribe,
        (_, >= LogEvents.WebSocketsFirst and <= LogEvents.WebSocketsLast) => LogTypes.WebSockets,
        (LogLevel.Trace, _) => LogTypes.Debug,
        _ => LogTypes.Information,
    };

    /// <summary>The types a level may have: none of them on, nothing of the level is logged.</summary>
    public static LogTypes Of(LogLevel level) => level switch
    {
        LogLevel.Trace => LogTypes.Subscribe | LogTypes.Unsubscribe | LogTypes.WebSockets,
        LogLevel.Debug => LogTypes.Debug,
        LogLevel.Information => LogTypes.Notice | LogTypes.Information,
        LogLevel.Warning => LogTypes.Warning,
        LogLevel.Error or LogLevel.Critical => LogTypes.Error,
        _ => LogTypes.None,
    };

    /// <summary>The word that machines read; the names of log_type, except that syslog's are shorter.</summary>
    public static string Word(LogTypes type) => type switch
    {
        LogTypes.Error => "error",
        LogTypes.Warning => "warning",
        LogTypes.Information => "info",
        LogTypes.Debug or LogTypes.WebSockets => "debug",
        _ => "notice",
    };
}

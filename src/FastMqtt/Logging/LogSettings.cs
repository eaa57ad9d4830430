// How the operator wants the log: log_dest, log_type, log_timestamp, log_timestamp_format, log_format, log_facility and
// connection_messages. Made from the configuration, read by LineLoggerFactory.
namespace FastMqtt.Logging;

/// <summary>How the log is written, and what is in it.</summary>
/// <param name="Destinations">Of stdout, stderr, file, syslog, topic and none.</param>
/// <param name="File">Path of the destination file.</param>
/// <param name="Types">Of error, warning, notice, information, debug, subscribe, unsubscribe, websockets, all.</param>
/// <param name="Timestamp">Whether a line of text begins with the time.</param>
/// <param name="TimestampFormat">As strftime takes it, in local time; null: 2026-11-22T10:11:12, UTC.</param>
/// <param name="Format">text or json.</param>
/// <param name="Facility">Syslog's local0 to local7; null: daemon.</param>
/// <param name="ConnectionMessages">Whether there are lines about clients that come and go.</param>
internal sealed record LogSettings(
    IReadOnlyList<string> Destinations,
    string? File,
    IReadOnlySet<string> Types,
    bool Timestamp,
    string? TimestampFormat,
    string Format,
    int? Facility,
    bool ConnectionMessages)
{
    /// <summary>What is logged where nothing is said, as in Mosquitto.</summary>
    public static IReadOnlySet<string> UsualTypes { get; } =
        new HashSet<string>(["error", "warning", "notice", "information"], StringComparer.Ordinal);

    /// <summary>What -v asks for.</summary>
    public static IReadOnlySet<string> AllTypes { get; } = new HashSet<string>(["all"], StringComparer.Ordinal);

    public static LogSettings Default { get; } =
        new(["stderr"], null, UsualTypes, true, null, "text", null, true);
}

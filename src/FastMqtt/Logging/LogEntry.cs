// What a line is made of besides its message. On the stack of whoever logs.
using Microsoft.Extensions.Logging;

namespace FastMqtt.Logging;

internal readonly record struct LogEntry(
    DateTimeOffset Time, LogLevel Level, LogTypes Type, EventId Event, TimestampFormat? Timestamps);

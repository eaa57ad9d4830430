// The log as it is at a moment: what is logged, in which form, to where. Never changed, but replaced as a whole when
// the configuration is read again, so that who logs sees one or the other.
using FastMqtt.Broker.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Logging;

internal sealed class LogRoute(LogSettings settings, LogTypes types, LogSink[] sinks)
{
    public bool IsJson { get; } = settings.Format == "json";

    public TimestampFormat? Timestamps { get; } =
        settings.Timestamp ? new TimestampFormat(settings.TimestampFormat) : null;

    public bool Allows(LogLevel level) => (LogTypeRules.Of(level) & types) != 0;

    public bool Allows(LogTypes type, int eventNumber) =>
        (type & types) != 0
        && (settings.ConnectionMessages || eventNumber is not (LogEvents.Connected or LogEvents.Closed));

    public void Write(LogTypes type, ReadOnlySpan<char> line)
    {
        foreach (LogSink sink in sinks)
        {
            sink.Write(type, line);
        }
    }
}

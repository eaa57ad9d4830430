// Formats one log entry as one line and hands it to the sink. Safe from any thread; never blocks.
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Logging;

internal sealed class TextLogger(LogSink sink, LogLevel minimum, TimeProvider time) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        // A line must stay a line, whatever a client put into its identifier.
        string message = formatter(state, exception).ReplaceLineEndings(" ");
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss}: {Prefix(logLevel)}{message}");
        sink.Write(exception is null ? line : $"{line}: {exception}");
    }

    private static string Prefix(LogLevel level) => level switch
    {
        LogLevel.Warning => "Warning: ",
        LogLevel.Error => "Error: ",
        LogLevel.Critical => "Fatal: ",
        _ => string.Empty,
    };
}

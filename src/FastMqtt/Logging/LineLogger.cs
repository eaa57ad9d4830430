// Formats one log entry as one line and hands it to the destinations. Safe from any thread; never blocks. A state that
// can format itself into characters (the lines that clients cause) is written without an allocation.
using System.Buffers;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Logging;

internal sealed class LineLogger(Func<LogRoute> route, TimeProvider time) : ILogger
{
    // Characters of a line that is formatted in place: the longest client identifier and address fit. 2 KiB of stack.
    private const int LineCharacters = 1024;

    // Characters of a message too long for a line: as JSON escapes it, it fits six times over.
    private const int CutCharacters = 8 * 1024;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => route().Allows(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        LogRoute current = route();
        LogTypes type = LogTypeRules.Of(logLevel, eventId.Id);
        if (logLevel == LogLevel.None || !current.Allows(type, eventId.Id))
        {
            return;
        }

        var entry = new LogEntry(time.GetUtcNow(), logLevel, type, eventId, current.Timestamps);
        Span<char> line = stackalloc char[LineCharacters];
        if (TryWrite(current, line, in entry, state, exception, formatter, out int length))
        {
            current.Write(type, line[..length]);
            return;
        }

        WriteLong(current, in entry, state, exception, formatter);
    }

    // What does not fit in place is written into rented memory; of what is longer than a line may be, the beginning.
    private static void WriteLong<TState>(
        LogRoute route,
        in LogEntry entry,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        char[] rented = ArrayPool<char>.Shared.Rent(LogSink.LineCharactersMax);
        Span<char> line = rented.AsSpan(0, LogSink.LineCharactersMax);
        if (!TryWrite(route, line, in entry, state, exception, formatter, out int length))
        {
            string text = $"{formatter(state, exception)} {exception}";
            string beginning = text[..Math.Min(text.Length, CutCharacters)];
            TryWrite(route, line, in entry, beginning, null, static (text, _) => text, out length);
        }

        route.Write(entry.Type, line[..length]);
        ArrayPool<char>.Shared.Return(rented);
    }

    private static bool TryWrite<TState>(
        LogRoute route,
        Span<char> destination,
        in LogEntry entry,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter,
        out int length) => route.IsJson
            ? JsonLine.TryWrite(destination, in entry, state, exception, formatter, out length)
            : TextLine.TryWrite(destination, in entry, state, exception, formatter, out length);
}

// Formats one log entry as one line and hands it to the sink. Safe from any thread; never blocks. A state that can
// format itself into characters (the lines about connections, two for each) is written without an allocation.
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Logging;

internal sealed class TextLogger(LogSink sink, LogLevel minimum, TimeProvider time) : ILogger
{
    // Characters of a line that is formatted in place: the longest client identifier and address fit. 1 KiB of stack.
    private const int LineCharactersMax = 512;

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

        DateTimeOffset now = time.GetUtcNow();
        Span<char> line = stackalloc char[LineCharactersMax];
        line.TryWrite(CultureInfo.InvariantCulture, $"{now:s}: {Prefix(logLevel)}", out int start);

        // The type is tested and then cast, not tested into a variable: that would box a struct.
        if (exception is null
            && state is ISpanFormattable
            && ((ISpanFormattable)state).TryFormat(line[start..], out int length, default, null))
        {
            Write(line[..(start + length)]);
            return;
        }

        string text = $"{line[..start]}{formatter(state, exception).ReplaceLineEndings(" ")}";
        sink.Write(exception is null ? text : $"{text}: {exception}");
    }

    // A line must stay a line, whatever a client put into its identifier.
    private void Write(Span<char> line)
    {
        line.Replace('\n', ' ');
        line.Replace('\r', ' ');
        sink.Write(line);
    }

    private static string Prefix(LogLevel level) => level switch
    {
        LogLevel.Warning => "Warning: ",
        LogLevel.Error => "Error: ",
        LogLevel.Critical => "Fatal: ",
        _ => string.Empty,
    };
}

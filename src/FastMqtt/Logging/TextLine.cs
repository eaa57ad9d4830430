// A line as people read it: "2026-11-22T10:11:12: Warning: message". Written into characters of the caller without an
// allocation when the entry formats itself. Line breaks inside become spaces: a line must stay a line.
using Microsoft.Extensions.Logging;

namespace FastMqtt.Logging;

internal static class TextLine
{
    /// <summary>False: it does not fit.</summary>
    public static bool TryWrite<TState>(
        Span<char> destination,
        in LogEntry entry,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter,
        out int length)
    {
        var writer = new LineWriter(destination);
        length = 0;
        if (entry.Timestamps is { } timestamps)
        {
            if (!timestamps.TryFormat(entry.Time, writer.Rest, out int written))
            {
                return false;
            }

            writer.Advance(written);
            writer.Append(": ");
        }

        writer.Append(Prefix(entry.Level));

        // The type is tested and then cast, not tested into a variable: that would box a struct.
        if (exception is null && state is ISpanFormattable)
        {
            if (!((ISpanFormattable)state).TryFormat(writer.Rest, out int written, default, null))
            {
                return false;
            }

            writer.Advance(written);
        }
        else
        {
            writer.Append(formatter(state, exception));
            writer.Append(exception is null ? string.Empty : $": {exception}");
        }

        length = writer.Length;
        Flatten(destination[..length]);
        return !writer.IsOverflown;
    }

    private static void Flatten(Span<char> line)
    {
        foreach (ref char c in line)
        {
            c = char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c;
        }
    }

    private static string Prefix(LogLevel level) => level switch
    {
        LogLevel.Warning => "Warning: ",
        LogLevel.Error => "Error: ",
        LogLevel.Critical => "Fatal: ",
        _ => string.Empty,
    };
}

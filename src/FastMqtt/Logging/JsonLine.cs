// A line as machines read it: one JSON object with time (RFC 3339, UTC), level, event, the facts of the entry and the
// message. Facts come from the entry's own fields, never from its text. Written into characters of the caller without
// an allocation when the entry formats itself.
using System.Globalization;
using FastMqtt.Broker.Diagnostics;

namespace FastMqtt.Logging;

internal static class JsonLine
{
    private static readonly LogField[] Fields =
    [
        LogField.Client, LogField.Address, LogField.Listener, LogField.UserName, LogField.Topic, LogField.Reason,
        LogField.Payload,
    ];

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
        writer.Append("{\"time\":\"");
        bool fits = entry.Time.UtcDateTime.TryFormat(
            writer.Rest, out int written, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        writer.Advance(written);
        Text(ref writer, "\",\"level\":\"", LogTypeRules.Word(entry.Type));
        Text(ref writer, "\",\"event\":\"", entry.Event.Name ?? "Message");
        writer.Append('"');

        // The type is tested and then cast, not tested into a variable: that would box a struct.
        if (state is ILogFields)
        {
            foreach (LogField field in Fields)
            {
                int limit = writer.ScratchStart;
                Span<char> scratch = writer.Scratch;
                fits &= ((ILogFields)state).TryFormat(field, scratch, out int count);
                Member(ref writer, Name(field), scratch[..count], limit);
            }
        }
        else if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            Members(ref writer, values);
        }

        writer.Append(",\"message\":\"");
        if (exception is null && state is ISpanFormattable)
        {
            int limit = writer.ScratchStart;
            Span<char> scratch = writer.Scratch;
            fits &= ((ISpanFormattable)state).TryFormat(scratch, out int count, default, null);
            writer.AppendEscaped(scratch[..count], limit);
        }
        else
        {
            writer.AppendEscaped(formatter(state, exception));
        }

        writer.Append('"');
        Member(ref writer, "exception", exception?.ToString(), destination.Length);
        writer.Append('}');
        length = writer.Length;
        return fits && !writer.IsOverflown;
    }

    private static void Text(ref LineWriter writer, string before, string text)
    {
        writer.Append(before);
        writer.AppendEscaped(text);
    }

    private static void Members(ref LineWriter writer, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            string key = values[i].Key;
            string text = Convert.ToString(values[i].Value, CultureInfo.InvariantCulture) ?? string.Empty;
            if (!key.StartsWith('{')) // the template
            {
                Member(ref writer, char.ToLowerInvariant(key[0]) + key[1..], text, int.MaxValue);
            }
        }
    }

    // The value may lie in what the writer writes into, from the limit on. What is empty is not known, and left out.
    private static void Member(ref LineWriter writer, string name, ReadOnlySpan<char> value, int limit)
    {
        if (value.IsEmpty)
        {
            return;
        }

        if (writer.Rest.Length / 2 < name.Length + 5)
        {
            writer.Overflow();
            return;
        }

        writer.Append(",\"");
        writer.Append(name);
        writer.Append("\":\"");
        writer.AppendEscaped(value, Math.Min(limit, writer.Capacity));
        writer.Append('"');
    }

    private static string Name(LogField field) => field switch
    {
        LogField.Client => "client",
        LogField.Address => "address",
        LogField.Listener => "listener",
        LogField.UserName => "username",
        LogField.Topic => "topic",
        LogField.Reason => "reason",
        _ => "payload",
    };
}

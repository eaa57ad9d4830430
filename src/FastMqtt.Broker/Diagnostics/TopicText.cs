// A Topic Name or Topic Filter as a line of the log shows it: see LogText. The bytes lie in a buffer that is used again
// for the next line.

using System.Globalization;

namespace FastMqtt.Broker.Diagnostics;

internal readonly struct TopicText(byte[] buffer, int length) : ISpanFormattable
{
    /// <summary>Copies as much of a topic as is shown.</summary>
    public static TopicText Copy(ReadOnlySpan<byte> topic, byte[] buffer)
    {
        int length = Math.Min(topic.Length, buffer.Length);
        topic[..length].CopyTo(buffer);
        return new TopicText(buffer, length);
    }

    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        LogText.TryFormat(
            buffer.AsSpan(0, length), LogText.TopicCharactersMax, destination, out charsWritten);

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");
}

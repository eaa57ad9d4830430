// Text a client chose, as a line of the log shows it: it must neither end the line and write one of its own, nor fill
// the log, nor steer a terminal. Formats without an allocation.

using System.Globalization;
using System.Text;

namespace FastMqtt.Broker.Diagnostics;

internal static class LogText
{
    /// <summary>Characters of a topic that are shown.</summary>
    public const int TopicCharactersMax = 200;

    /// <summary>Bytes that hold them, and show that there are more.</summary>
    public const int TopicBytesMax = (4 * TopicCharactersMax) + 4;

    public static bool TryFormat(
        ReadOnlySpan<byte> utf8, int charactersMax, Span<char> destination, out int charsWritten)
    {
        charsWritten = 0;
        while (!utf8.IsEmpty && charsWritten < charactersMax)
        {
            Rune.DecodeFromUtf8(utf8, out Rune rune, out int consumed);
            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format)
            {
                rune = Rune.ReplacementChar;
            }

            if (!rune.TryEncodeToUtf16(destination[charsWritten..], out int written))
            {
                return false;
            }

            charsWritten += written;
            utf8 = utf8[consumed..];
        }

        return true;
    }
}

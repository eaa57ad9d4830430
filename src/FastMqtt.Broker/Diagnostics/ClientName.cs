// A Client Identifier as a line of the log shows it. The client chooses it: it must neither end the line and write one
// of its own, nor fill the log. Formats without an allocation.

using System.Globalization;
using System.Text;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Diagnostics;

internal readonly struct ClientName(Session session) : ISpanFormattable
{
    private const int CharactersMax = 256;

    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        ReadOnlySpan<byte> rest = session.ClientIdentifier;
        charsWritten = 0;
        while (!rest.IsEmpty && charsWritten < CharactersMax)
        {
            Rune.DecodeFromUtf8(rest, out Rune rune, out int consumed);
            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator)
            {
                rune = Rune.ReplacementChar;
            }

            if (!rune.TryEncodeToUtf16(destination[charsWritten..], out int written))
            {
                return false;
            }

            charsWritten += written;
            rest = rest[consumed..];
        }

        return true;
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");
}

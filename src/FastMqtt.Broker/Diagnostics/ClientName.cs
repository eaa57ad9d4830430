// A Client Identifier as a line of the log shows it: see LogText. Formats without an allocation.

using System.Globalization;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Diagnostics;

internal readonly struct ClientName(byte[]? identifier) : ISpanFormattable
{
    private const int CharactersMax = 256;

    public ClientName(Session session)
        : this(session.ClientIdentifier)
    {
    }

    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        LogText.TryFormat(identifier ?? "(unknown)"u8, CharactersMax, destination, out charsWritten);

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");
}

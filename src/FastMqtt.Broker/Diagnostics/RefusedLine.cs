// The line of the log about a connection whose CONNECT was refused. What a login storm causes many times a second, so
// it formats itself into the logger's characters without an allocation. Made by BrokerLog.

using System.Globalization;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Diagnostics;

internal readonly struct RefusedLine(Client client, byte[]? identifier, ReasonCode reason) : ILogFields
{
    private readonly Subject _subject = new(client, identifier);

    public bool TryFormat(LogField field, Span<char> destination, out int charsWritten)
    {
        if (field == LogField.Reason)
        {
            string words = ReasonWords.Of(reason);
            charsWritten = words.Length;
            return words.TryCopyTo(destination);
        }

        return _subject.TryFormat(field, destination, out charsWritten);
    }

    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        string of = identifier is null ? string.Empty : " of client ";
        Span<char> name = stackalloc char[256];
        _subject.TryFormat(LogField.Client, name, out int length);
        return destination.TryWrite(
            CultureInfo.InvariantCulture,
            $"Connection from {client.Connection.Peer}{of}{name[..length]} refused: {ReasonWords.Of(reason)} "
            + $"(listener {_subject.Listener}).",
            out charsWritten);
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");
}

// The line of the log about a client that has connected: one for each connection, so it formats itself into the
// logger's characters without an allocation. Made by BrokerLog, read while the call to the logger lasts.

using System.Globalization;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Diagnostics;

internal readonly struct ConnectedLine(Client client, Session session, ushort keepAlive, int dispatcher) : ILogFields
{
    private readonly Subject _subject = new(client, session.ClientIdentifier);

    private string Expiry => session.ExpiryInterval switch
    {
        0 => "0 s", // the two that every client without MQTT 5.0 has
        Session.NeverExpires => "never",
        uint seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
    };

    public bool TryFormat(LogField field, Span<char> destination, out int charsWritten) =>
        _subject.TryFormat(field, destination, out charsWritten);

    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        Span<char> user = stackalloc char[128];
        _subject.TryFormat(LogField.UserName, user, out int userLength); // a longer name is cut
        string quoted = userLength > 0 ? ", u'" : string.Empty;
        string end = userLength > 0 ? "'" : string.Empty;
        return destination.TryWrite(
            CultureInfo.InvariantCulture,
            $"New client connected from {client.Connection.Peer} as {_subject.Name} "
            + $"(p{(byte)client.Version}, expiry {Expiry}, k{keepAlive}, d{dispatcher}"
            + $"{quoted}{user[..userLength]}{end}, listener {_subject.Listener}).",
            out charsWritten);
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");
}

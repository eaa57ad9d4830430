// The line of the log about a client that has connected: one for each connection, so it formats itself into the
// logger's characters without an allocation. Made by BrokerLog, read while the call to the logger lasts.

using System.Globalization;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Diagnostics;

internal readonly struct ConnectedLine(Client client, Session session, ushort keepAlive, int dispatcher)
    : ISpanFormattable
{
    private string Expiry => session.ExpiryInterval switch
    {
        0 => "0 s", // the two that every client without MQTT 5.0 has
        Session.NeverExpires => "never",
        uint seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
    };

    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite(
            CultureInfo.InvariantCulture,
            $"New client connected from {client.Connection.Peer} as {new ClientName(session)} "
            + $"(p{(byte)client.Version}, expiry {Expiry}, k{keepAlive}, d{dispatcher}).",
            out charsWritten);

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");
}

// The line of the log about a client whose connection has ended: one for each connection, so it formats itself into
// the logger's characters without an allocation. Made by BrokerLog, read while the call to the logger lasts.

using System.Globalization;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Diagnostics;

internal readonly struct ClosedLine(Client client, Session session) : ISpanFormattable
{
    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        var name = new ClientName(session);
        if (client.CloseReason != ReasonCode.Success)
        {
            return destination.TryWrite(
                CultureInfo.InvariantCulture,
                $"Client {name} [{client.Connection.Peer}] disconnected: 0x{(byte)client.CloseReason:X2} "
                + $"{client.CloseReason}.",
                out charsWritten);
        }

        string how = client.HasDisconnected ? "disconnected" : "closed its connection";
        return destination.TryWrite(
            CultureInfo.InvariantCulture, $"Client {name} [{client.Connection.Peer}] {how}.", out charsWritten);
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");
}

// The line of the log about a client whose connection has ended: one for each connection, so it formats itself into
// the logger's characters without an allocation. Made by BrokerLog, read while the call to the logger lasts.

using System.Globalization;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Diagnostics;

internal readonly struct ClosedLine(Client client, Session session) : ILogFields
{
    private readonly Subject _subject = new(client, session.ClientIdentifier, session.UserName);

    private string How => client.CloseReason == ReasonCode.KeepAliveTimeout ? "has exceeded timeout, disconnecting"
        : client.CloseReason != ReasonCode.Success || client.HasDisconnected ? "disconnected"
        : "closed its connection";

    private bool SaysWhy => client.CloseReason is not (ReasonCode.Success or ReasonCode.KeepAliveTimeout);

    public bool TryFormat(LogField field, Span<char> destination, out int charsWritten)
    {
        if (field == LogField.Reason)
        {
            string reason = client.CloseReason != ReasonCode.Success ? ReasonWords.Of(client.CloseReason)
                : client.HasDisconnected ? "disconnected"
                : "connection closed";
            charsWritten = reason.Length;
            return reason.TryCopyTo(destination);
        }

        return _subject.TryFormat(field, destination, out charsWritten);
    }

    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        string colon = SaysWhy ? ": " : string.Empty;
        string why = SaysWhy ? ReasonWords.Of(client.CloseReason) : string.Empty;
        return destination.TryWrite(
            CultureInfo.InvariantCulture,
            $"Client {_subject.Name} [{client.Connection.Peer}] {How}{colon}{why} (listener {_subject.Listener}).",
            out charsWritten);
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");
}

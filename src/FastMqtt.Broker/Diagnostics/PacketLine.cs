// The line of a trace about one packet, as Mosquitto's debug lines have it. Formats itself into the logger's
// characters. Never a password: of a CONNECT only what is said here is known to it.

using System.Globalization;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Diagnostics;

internal readonly struct PacketLine(Client client, byte[]? identifier, in PacketFacts facts) : ILogFields
{
    private readonly Subject _subject = new(client, identifier);
    private readonly PacketFacts _facts = facts;

    public bool TryFormat(LogField field, Span<char> destination, out int charsWritten) => field switch
    {
        LogField.Topic => _facts.Topic.TryFormat(destination, out charsWritten, default, null),
        LogField.Payload => _facts.Payload.TryFormat(destination, out charsWritten, default, null),
        _ => _subject.TryFormat(field, destination, out charsWritten),
    };

    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        string direction = _facts.IsSent ? "Sending" : "Received";
        string preposition = _facts.IsSent ? "to" : "from";
        if (!destination.TryWrite(
            CultureInfo.InvariantCulture,
            $"{direction} {Word(_facts.Type)} {preposition} {_subject.Name}",
            out charsWritten))
        {
            return false;
        }

        bool fits = TryFormatDetail(destination[charsWritten..], out int detail);
        charsWritten += detail;
        return fits;
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");

    private bool TryFormatDetail(Span<char> destination, out int charsWritten)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        PacketFacts f = _facts;
        switch (f.Type)
        {
            case PacketType.Publish:
                return destination.TryWrite(
                    culture,
                    $" (d{Digit(f.Duplicate)}, q{(byte)f.QoS}, r{Digit(f.Retain)}, m{f.PacketIdentifier}, '{f.Topic}', "
                    + $"... ({f.PayloadBytes} bytes))",
                    out charsWritten);
            case PacketType.Puback or PacketType.Pubrec or PacketType.Pubrel or PacketType.Pubcomp:
                return destination.TryWrite(
                    culture, $" (m{f.PacketIdentifier}, rc{(byte)f.Reason})", out charsWritten);
            case PacketType.Subscribe or PacketType.Unsubscribe:
                return destination.TryWrite(culture, $" (m{f.PacketIdentifier}, '{f.Topic}')", out charsWritten);
            case PacketType.Suback or PacketType.Unsuback:
                return destination.TryWrite(culture, $" (m{f.PacketIdentifier})", out charsWritten);
            case PacketType.Connack:
                return destination.TryWrite(culture, $" ({Digit(f.Retain)}, {(byte)f.Reason})", out charsWritten);
            case PacketType.Disconnect:
                return destination.TryWrite(culture, $" (rc{(byte)f.Reason})", out charsWritten);
            default:
                charsWritten = 0;
                return true;
        }
    }

    private static int Digit(bool flag) => flag ? 1 : 0;

    private static string Word(PacketType type) => type switch
    {
        PacketType.Connect => "CONNECT",
        PacketType.Connack => "CONNACK",
        PacketType.Publish => "PUBLISH",
        PacketType.Puback => "PUBACK",
        PacketType.Pubrec => "PUBREC",
        PacketType.Pubrel => "PUBREL",
        PacketType.Pubcomp => "PUBCOMP",
        PacketType.Subscribe => "SUBSCRIBE",
        PacketType.Suback => "SUBACK",
        PacketType.Unsubscribe => "UNSUBSCRIBE",
        PacketType.Unsuback => "UNSUBACK",
        PacketType.Pingreq => "PINGREQ",
        PacketType.Pingresp => "PINGRESP",
        PacketType.Disconnect => "DISCONNECT",
        PacketType.Auth => "AUTH",
        _ => "a packet of no known type",
    };
}

// The lines of the log about a client and a topic: denied, subscribed, unsubscribed. They format themselves into the
// logger's characters without an allocation. Made by BrokerLog, read while the call to the logger lasts.

using System.Globalization;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Diagnostics;

internal readonly struct TopicLine : ILogFields
{
    private readonly Subject _subject;
    private readonly TopicText _topic;
    private readonly int _event;
    private readonly byte _detail;

    private TopicLine(Client client, TopicText topic, int eventNumber, byte detail)
    {
        _subject = new Subject(client, client.Session?.ClientIdentifier);
        _topic = topic;
        _event = eventNumber;
        _detail = detail;
    }

    private static string Word(AccessKind kind) => kind switch
    {
        AccessKind.Publish => "publish to",
        AccessKind.Subscribe => "subscribe to",
        _ => "receive",
    };

    public static TopicLine Denied(Client client, AccessKind kind, TopicText topic) =>
        new(client, topic, LogEvents.Denied, (byte)kind);

    public static TopicLine Subscribed(Client client, TopicText topic, QualityOfService qos) =>
        new(client, topic, LogEvents.Subscribed, (byte)qos);

    public static TopicLine Unsubscribed(Client client, TopicText topic) =>
        new(client, topic, LogEvents.Unsubscribed, 0);

    public bool TryFormat(LogField field, Span<char> destination, out int charsWritten)
    {
        switch (field)
        {
            case LogField.Topic:
                return _topic.TryFormat(destination, out charsWritten, default, null);
            case LogField.Reason when _event == LogEvents.Denied:
                string reason = ReasonWords.Of(ReasonCode.NotAuthorized);
                charsWritten = reason.Length;
                return reason.TryCopyTo(destination);
            default:
                return _subject.TryFormat(field, destination, out charsWritten);
        }
    }

    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return _event switch
        {
            // As Mosquitto writes them: there are programs that read these.
            LogEvents.Subscribed => destination.TryWrite(
                culture, $"{_subject.Name} {_detail} {_topic}", out charsWritten),
            LogEvents.Unsubscribed => destination.TryWrite(culture, $"{_subject.Name} {_topic}", out charsWritten),
            _ => destination.TryWrite(
                culture,
                $"Denied client {_subject.Name} [{_subject.Client.Connection.Peer}] "
                + $"to {Word((AccessKind)_detail)} '{_topic}' (listener {_subject.Listener}).",
                out charsWritten),
        };
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");
}

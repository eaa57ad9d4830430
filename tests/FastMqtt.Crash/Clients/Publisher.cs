// Publishes with QoS 1 and 2, several messages in flight; after each reconnect it sends again what the broker has not
// acknowledged, in the order of the first time: PUBLISH with DUP, or PUBREL.
using FastMqtt.Crash.Ledgers;

namespace FastMqtt.Crash.Clients;

internal sealed class Publisher : Client
{
    private readonly int _index;
    private readonly List<Message> _inFlight;
    private ushort _lastIdentifier;

    public Publisher(int index, Ledger ledger, Clock clock)
        : base(ledger.Publishers[index], ledger, clock)
    {
        _index = index;
        _inFlight = [.. ledger.Messages.Where(message => message.Publisher == index && message.IsInFlight)];
    }

    public int InFlightCount => _inFlight.Count;

    // 0x97 and 0x83 are an answer while the disk is in trouble.
    public bool MayBeRefused { get; set; }

    // The range of identifiers is twice the window: an identifier comes back soon, and the broker must not take what it
    // remembers of the last one for the new one.
    public void Publish(string topic, QualityOfService qos, bool retain, int size, int window)
    {
        var message = new Message
        {
            Number = Ledger.Messages.Count,
            Publisher = _index,
            Topic = topic,
            QoS = qos,
            Retain = retain,
            Size = size,
            PacketIdentifier = NextIdentifier(window * 2),
            SentAt = Clock.Now(),
        };
        Ledger.Messages.Add(message);
        _inFlight.Add(message);
        Send(Packets.Publish(Version, message, duplicate: false));
    }

    protected override void OnOnline()
    {
        foreach (Message message in _inFlight)
        {
            Send(message.AcknowledgedAt is null
                ? Packets.Publish(Version, message, duplicate: true) // [MQTT-4.4.0-1] [MQTT-3.3.1-1]
                : Packets.Acknowledgement(Version, PacketType.Pubrel, message.PacketIdentifier));
        }
    }

    protected override void OnOffline()
    {
    }

    // What was released is over. The rest is sent again all the same: DUP is for the eyes of people only.
    protected override void OnSessionLost() => _inFlight.RemoveAll(message => message.AcknowledgedAt is not null);

    protected override void OnPacket(FixedHeader header, ReadOnlySpan<byte> body)
    {
        CheckRead(AcknowledgementPacket.Read(header, body, Version, out AcknowledgementPacket packet), header.Type);
        ushort identifier = packet.PacketIdentifier;
        Message? message = _inFlight.Find(each => each.PacketIdentifier == identifier);
        if (message is null)
        {
            Complain($"{header.Type} for identifier {identifier}, which is not in use");
            return;
        }

        switch (header.Type, message.QoS)
        {
            case (PacketType.Puback, QualityOfService.AtLeastOnce) when IsGood(packet, message):
                message.AcknowledgedAt = Clock.Now();
                Complete(message, message.AcknowledgedAt.Value);
                break;
            case (PacketType.Pubrec, QualityOfService.ExactlyOnce) when IsGood(packet, message):
                message.AcknowledgedAt ??= Clock.Now();
                Send(Packets.Acknowledgement(Version, PacketType.Pubrel, message.PacketIdentifier));
                break;
            case (PacketType.Pubcomp, QualityOfService.ExactlyOnce) when message.AcknowledgedAt is not null:
                Complete(message, Clock.Now());
                break;
            case (PacketType.Puback, QualityOfService.AtLeastOnce):
            case (PacketType.Pubrec, QualityOfService.ExactlyOnce):
                break;
            default:
                Complain($"{header.Type} for {message}");
                break;
        }
    }

    private bool IsGood(AcknowledgementPacket packet, Message message)
    {
        if ((byte)packet.ReasonCode < 0x80)
        {
            return true;
        }

        bool isAllowed = MayBeRefused
            && packet.ReasonCode is ReasonCode.QuotaExceeded or ReasonCode.ImplementationSpecificError;
        if (!isAllowed)
        {
            Complain($"{packet.Type} {packet.ReasonCode} for {message}");
        }

        message.RefusedAt = Clock.Now();
        _inFlight.Remove(message);
        return false;
    }

    private void Complete(Message message, Moment now)
    {
        message.CompletedAt = now;
        _inFlight.Remove(message);
    }

    private ushort NextIdentifier(int range)
    {
        do
        {
            _lastIdentifier = (ushort)((_lastIdentifier % range) + 1);
        }
        while (_inFlight.Exists(message => message.PacketIdentifier == _lastIdentifier));

        return _lastIdentifier;
    }
}

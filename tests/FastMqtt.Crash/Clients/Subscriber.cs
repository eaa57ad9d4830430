// Takes messages with QoS 1 and 2 and acknowledges them late, in the order they came. Remembers the Packet Identifiers
// of QoS 2 across connections: a PUBLISH whose identifier it knows is no new message.
using FastMqtt.Crash.Ledgers;

namespace FastMqtt.Crash.Clients;

internal sealed class Subscriber(SubscriberRecord record, Ledger ledger, Clock clock) : Client(record, ledger, clock)
{
    private readonly Dictionary<ushort, Receipt> _receipts =
        record.Receipts.Where(receipt => receipt.ReleasedAt is null).ToDictionary(receipt => receipt.PacketIdentifier);

    private readonly Queue<(PacketType Type, ushort Identifier)> _unsent = new();
    private readonly Dictionary<ushort, SubscriptionPeriod> _asked = [];
    private ushort _lastIdentifier;

    // Every SUBSCRIBE and UNSUBSCRIBE is answered.
    public bool IsSettled => IsOnline && _asked.Count == 0;

    public int UnsentCount => _unsent.Count;

    protected override ushort ReceiveMaximum => record.ReceiveMaximum;

    public void Acknowledge(int count)
    {
        while (IsOnline && count-- > 0 && _unsent.TryDequeue(out (PacketType Type, ushort Identifier) next))
        {
            Send(Packets.Acknowledgement(Version, next.Type, next.Identifier));
        }
    }

    // Leaves a filter or comes back to it. Not while an answer is outstanding, so that answers are easy to understand.
    public void Change(Random random)
    {
        if (!IsSettled || record.Changing.Count == 0)
        {
            return;
        }

        (string filter, QualityOfService qos) = record.Changing[random.Next(record.Changing.Count)];
        SubscriptionPeriod? current = record.Periods.Find(each => each.Filter == filter && each.UnsubackAt is null);
        if (current is null)
        {
            Subscribe(filter, qos);
        }
        else
        {
            current.UnsubscribeSentAt = Clock.Now();
            Ask(current);
        }
    }

    protected override void OnOnline()
    {
        foreach (SubscriptionPeriod period in record.Periods.Where(period => period.IsPending))
        {
            period.Attempts += period.SubackAt is null ? 1 : 0;
            Ask(period);
        }

        foreach ((string filter, QualityOfService qos) in record.Stable)
        {
            if (!record.Periods.Exists(period => period.Filter == filter))
            {
                Subscribe(filter, qos);
            }
        }
    }

    protected override void OnOffline()
    {
        _unsent.Clear();
        _asked.Clear();
    }

    protected override void OnSessionLost()
    {
        Moment now = Clock.Now();
        foreach (Receipt receipt in _receipts.Values)
        {
            receipt.ReleasedAt = now;
        }

        _receipts.Clear();
    }

    protected override void OnPacket(FixedHeader header, ReadOnlySpan<byte> body)
    {
        switch (header.Type)
        {
            case PacketType.Publish:
                CheckRead(PublishPacket.Read(header, body, Version, out PublishPacket publish), header.Type);
                TakePublish(publish);
                break;
            case PacketType.Pubrel:
                CheckRead(AcknowledgementPacket.Read(header, body, Version, out var pubrel), header.Type);
                TakePubrel(pubrel.PacketIdentifier);
                break;
            case PacketType.Suback:
                CheckRead(SubackPacket.Read(header, body, Version, out SubackPacket suback), header.Type);
                TakeSuback(suback);
                break;
            case PacketType.Unsuback:
                CheckRead(UnsubackPacket.Read(header, body, Version, out UnsubackPacket unsuback), header.Type);
                if (_asked.Remove(unsuback.PacketIdentifier, out SubscriptionPeriod? left))
                {
                    left.UnsubackAt = Clock.Now();
                }

                break;
            default:
                Complain($"{header.Type} to a subscriber");
                break;
        }
    }

    private void TakePublish(PublishPacket publish)
    {
        int number = Message.NumberOf(publish.Payload);
        if (publish.QoS == QualityOfService.AtLeastOnce)
        {
            _unsent.Enqueue((PacketType.Puback, publish.PacketIdentifier));
            Note(publish, number, Clock.Now());
        }
        else if (publish.QoS == QualityOfService.ExactlyOnce)
        {
            _unsent.Enqueue((PacketType.Pubrec, publish.PacketIdentifier));
            TakeExactlyOnce(publish, number);
        }
        else
        {
            Complain($"message {number} came with QoS 0");
        }
    }

    private void TakeExactlyOnce(PublishPacket publish, int number)
    {
        if (!_receipts.TryGetValue(publish.PacketIdentifier, out Receipt? known))
        {
            // One moment for both: power that fails in between would make what comes again a duplicate of nothing.
            Moment now = Clock.Now();
            var receipt = new Receipt
            {
                PacketIdentifier = publish.PacketIdentifier,
                Number = number,
                ReceivedAt = now,
            };
            record.Receipts.Add(receipt);
            _receipts.Add(publish.PacketIdentifier, receipt);
            Note(publish, number, now);
        }
        else if (known.Number != number)
        {
            // A client drops it as a duplicate: for its application the message is lost.
            Complain($"identifier {publish.PacketIdentifier} of message {known.Number}, not yet released, "
                + $"came back with message {number}"); // [MQTT-2.2.1-4]
        }
        else if (!publish.Duplicate)
        {
            Complain($"message {number} with QoS 2 came again without DUP"); // [MQTT-3.3.1-1]
        }
    }

    private void TakePubrel(ushort identifier)
    {
        if (_receipts.Remove(identifier, out Receipt? receipt))
        {
            receipt.ReleasedAt = Clock.Now();
        }

        _unsent.Enqueue((PacketType.Pubcomp, identifier));
    }

    private void TakeSuback(SubackPacket suback)
    {
        if (!_asked.Remove(suback.PacketIdentifier, out SubscriptionPeriod? period))
        {
            Complain($"SUBACK for identifier {suback.PacketIdentifier}, which is not in use");
        }
        else if (suback.ReasonCodes[0] != (byte)period.QoS)
        {
            Complain($"SUBACK {suback.ReasonCodes[0]} for {period.Filter} with QoS {(int)period.QoS}");
        }
        else
        {
            period.SubackAt = Clock.Now();
        }
    }

    // A message without a payload cannot be told from its like.
    private void Note(PublishPacket publish, int number, Moment now)
    {
        if (publish.Payload.IsEmpty)
        {
            return;
        }

        if (number < 0 || number >= Ledger.Messages.Count
            || !publish.Payload.SequenceEqual(Ledger.Messages[number].Payload())
            || System.Text.Encoding.UTF8.GetString(publish.Topic) != Ledger.Messages[number].Topic)
        {
            Complain($"message {number} is none that was sent");
            return;
        }

        record.Add(new Delivery
        {
            Number = number,
            QoS = publish.QoS,
            Retain = publish.Retain,
            Duplicate = publish.Duplicate,
            At = now,
        });
    }

    private void Subscribe(string filter, QualityOfService qos)
    {
        var period = new SubscriptionPeriod { Filter = filter, QoS = qos, SubscribeSentAt = Clock.Now() };
        record.Periods.Add(period);
        Ask(period);
    }

    private void Ask(SubscriptionPeriod period)
    {
        _lastIdentifier = (ushort)((_lastIdentifier % ushort.MaxValue) + 1);
        _asked.Add(_lastIdentifier, period);
        Send(period.SubackAt is null
            ? Packets.Subscribe(Version, _lastIdentifier, period.Filter, period.QoS)
            : Packets.Unsubscribe(Version, _lastIdentifier, period.Filter));
    }
}

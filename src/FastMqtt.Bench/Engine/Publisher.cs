// The sending side of one client: its template, how far it got, and how much more it may send. Counts in messages.
// Belongs to one loop, which writes deliveries and acknowledgements into it as they arrive.
using FastMqtt.Bench.Modes;
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Engine;

internal sealed class Publisher
{
    private readonly LoadOptions _options;
    private readonly MessageTemplate _template;
    private readonly IdentifierRing? _identifiers;
    private readonly AcknowledgementState _firstState;
    private readonly int _digitsOffset;
    private ulong _random;

    public Publisher(LoadOptions options, TopicPlan topics, MessagePayload payload, int index)
    {
        Topic = topics.TopicOf(index);
        FanOut = topics.FanOutOf(index);
        Expected = new ExpectedFrame(index, Topic, options.DeliveryQoS, options.Version, payload);
        _template = new MessageTemplate(
            index, Topic, options.QoS, options.Mode == LoadMode.Retained, options.Version, payload);
        _digitsOffset = topics.DigitsOffset;
        _random = (ulong)index;
        _options = options;
        _firstState = options.QoS == QualityOfService.ExactlyOnce
            ? AcknowledgementState.Pubrec
            : AcknowledgementState.Puback;
        if (options.IsAcknowledged)
        {
            _identifiers = new IdentifierRing(
                options.Mode is LoadMode.Latency or LoadMode.FanOutStorm ? Schedule.OutstandingMax : options.InFlight);
        }
    }

    public byte[] Topic { get; }

    /// <summary>How its messages look at a subscriber.</summary>
    public ExpectedFrame Expected { get; }

    /// <summary>To how many subscribers a message goes; 0: nobody counts, so no window applies.</summary>
    public int FanOut { get; }

    public int MessageBytes => _template.Length;

    public long Sent { get; private set; }

    public long Acknowledged { get; private set; }

    /// <summary>Deliveries of this publisher's messages, all subscribers together.</summary>
    public long Delivered { get; private set; }

    /// <summary>It had nothing it could send; the next delivery or acknowledgement makes it ready.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Sent and not acknowledged; none at QoS 0.</summary>
    public long Outstanding => _identifiers is null ? 0 : Sent - Acknowledged;

    /// <summary>Messages it may send now, of so many in all.</summary>
    public long CountAvailable(long countMax, int receiveMaximum)
    {
        long left = countMax - Sent;
        long available = left;
        if (_identifiers is not null)
        {
            available = Math.Min(available, Math.Min(_options.InFlight, receiveMaximum) - Outstanding);
        }

        if (_options.Window > 0 && FanOut > 0)
        {
            available = Math.Min(available, (Delivered / FanOut) + _options.Window - Sent);
        }

        // A window is refilled in bursts: message by message it would cost a send each.
        return available < _options.BurstMin && available < left ? 0 : Math.Max(0, available);
    }

    public void Write(Span<byte> target, int count, long timestamp)
    {
        MessageTemplate template = _template;
        template.Write(target, count, (uint)Sent, timestamp);
        if (_identifiers is not null)
        {
            for (int i = 0; i < count; i++)
            {
                template.WriteIdentifier(target[(i * template.Length)..], _identifiers.Take(_firstState));
            }
        }

        if (_options.Numbering != Numbering.None)
        {
            for (int i = 0; i < count; i++)
            {
                template.WriteDigits(target[(i * template.Length)..], _digitsOffset, NextNumber(Sent + i));
            }
        }

        Sent += count;
    }

    public void CountDeliveries(int count) => Delivered += count;

    /// <summary>False: the broker acknowledged what was not sent, or twice, or in the wrong order.</summary>
    public bool TryAcknowledge(PacketType type, ushort identifier)
    {
        if (_identifiers is null)
        {
            return false;
        }

        switch (type)
        {
            case PacketType.Pubrec:
                return _identifiers.TryMove(identifier, AcknowledgementState.Pubrec, AcknowledgementState.Pubcomp);
            case PacketType.Puback:
                if (!_identifiers.TryMove(identifier, AcknowledgementState.Puback, AcknowledgementState.Free))
                {
                    return false;
                }

                break;
            default:
                if (!_identifiers.TryMove(identifier, AcknowledgementState.Pubcomp, AcknowledgementState.Free))
                {
                    return false;
                }

                break;
        }

        Acknowledged++;
        return true;
    }

    // Knuth's multiplier and increment for 64 bits; the upper half of the state is the random part.
    private int NextNumber(long index)
    {
        const int UpperHalf = 33;
        _random = (_random * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407;
        return _options.Numbering == Numbering.Random
            ? (int)((_random >> UpperHalf) % (ulong)_options.Numbers)
            : (int)(index % _options.Numbers);
    }
}

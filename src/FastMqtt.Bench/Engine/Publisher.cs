// The sending side of one client: its template, how far it got, and how much more it may send. Counts in messages.
// Belongs to one loop, which writes deliveries and acknowledgements into it as they arrive.
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Engine;

internal sealed class Publisher
{
    private readonly LoadOptions _options;
    private readonly MessageTemplate _template;
    private readonly IdentifierRing? _identifiers;
    private readonly AcknowledgementState _firstState;

    public Publisher(
        LoadOptions options, MessageTemplate template, ExpectedFrame expected, byte[] topic, int fanOut)
    {
        Expected = expected;
        _options = options;
        _template = template;
        Topic = topic;
        FanOut = fanOut;
        _firstState = options.QoS == QualityOfService.ExactlyOnce
            ? AcknowledgementState.Pubrec
            : AcknowledgementState.Puback;
        if (options.IsAcknowledged)
        {
            _identifiers = new IdentifierRing(options.InFlight);
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
}

// The options byte behind a topic filter in SUBSCRIBE. In 3.1 and 3.1.1 only the QoS bits exist.
// Readers hand out none that is illegal; Check is how they judge.
namespace FastMqtt.Protocol;

public readonly record struct SubscriptionOptions(byte Value)
{
    private const int NoLocalBit = 0x04;
    private const int RetainAsPublishedBit = 0x08;
    private const int RetainHandlingShift = 4;
    private const int ReservedBits = 0xC0;

    public SubscriptionOptions(
        QualityOfService qos,
        bool noLocal = false,
        bool retainAsPublished = false,
        RetainHandling retainHandling = RetainHandling.SendAtSubscribe)
        : this((byte)((int)qos
            | (noLocal ? NoLocalBit : 0)
            | (retainAsPublished ? RetainAsPublishedBit : 0)
            | ((int)retainHandling << RetainHandlingShift)))
    {
    }

    public QualityOfService QoS => (QualityOfService)(Value & 3);

    public bool NoLocal => (Value & NoLocalBit) != 0;

    public bool RetainAsPublished => (Value & RetainAsPublishedBit) != 0;

    public RetainHandling RetainHandling => (RetainHandling)((Value >> RetainHandlingShift) & 3);

    /// <summary>The same with no higher QoS than this.</summary>
    public SubscriptionOptions AtMost(QualityOfService qos) => QoS <= qos ? this : new((byte)((Value & ~3) | (int)qos));

    internal ReasonCode Check(ProtocolVersion version)
    {
        if (version != ProtocolVersion.Mqtt5)
        {
            return Value <= 2 ? ReasonCode.Success : ReasonCode.MalformedPacket; // [MQTT3-3.8.3-4]
        }

        if ((Value & ReservedBits) != 0)
        {
            return ReasonCode.MalformedPacket; // [MQTT-3.8.3-5]
        }

        // QoS 3 and Retain Handling 3 are named Protocol Errors in 3.8.3.1.
        bool isLegal = (Value & 3) != 3 && (int)RetainHandling != 3;
        return isLegal ? ReasonCode.Success : ReasonCode.ProtocolError;
    }
}

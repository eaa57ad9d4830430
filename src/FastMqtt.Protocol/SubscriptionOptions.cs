// The options byte of one Topic Filter in SUBSCRIBE. A view of that byte: nothing is copied out of it.
namespace FastMqtt.Protocol;

/// <summary>Subscription Options: bits 0-1 QoS, 2 No Local, 3 Retain As Published, 4-5 Retain Handling.</summary>
public readonly record struct SubscriptionOptions(byte Value)
{
    /// <summary>Maximum QoS.</summary>
    public QualityOfService QoS => (QualityOfService)(Value & 0x03);

    /// <summary>No Local.</summary>
    public bool NoLocal => (Value & 0x04) != 0;

    /// <summary>Retain As Published.</summary>
    public bool RetainAsPublished => (Value & 0x08) != 0;

    /// <summary>Retain Handling: 0, 1 or 2.</summary>
    public int RetainHandling => (Value >> 4) & 0x03;
}

// The three delivery promises, with their values on the wire.
namespace FastMqtt.Protocol;

/// <summary>Quality of Service of a message or a subscription.</summary>
public enum QualityOfService : byte
{
    /// <summary>QoS 0.</summary>
    AtMostOnce = 0,

    /// <summary>QoS 1.</summary>
    AtLeastOnce = 1,

    /// <summary>QoS 2.</summary>
    ExactlyOnce = 2,
}

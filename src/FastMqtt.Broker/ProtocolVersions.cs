// Versions of MQTT as a set: what a listener accepts.

namespace FastMqtt.Broker;

/// <summary>A set of protocol versions.</summary>
[Flags]
public enum ProtocolVersions
{
    /// <summary>None: nobody can connect.</summary>
    None = 0,

    /// <summary>MQTT 3.1, protocol level 3.</summary>
    Mqtt31 = 1,

    /// <summary>MQTT 3.1.1, protocol level 4.</summary>
    Mqtt311 = 2,

    /// <summary>MQTT 5.0, protocol level 5.</summary>
    Mqtt5 = 4,

    /// <summary>All that the broker knows.</summary>
    All = Mqtt31 | Mqtt311 | Mqtt5,
}

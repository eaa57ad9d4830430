// One message of a mosquitto.db, which any number of clients' queues and a retained topic may refer to.

namespace FastMqtt.Broker.Persistence.Mosquitto;

/// <summary>One message as it was published.</summary>
internal sealed class MosquittoMessage
{
    /// <summary>Its number in this file, which others refer to it by.</summary>
    public ulong StoreId { get; init; }

    /// <summary>A legal Topic Name.</summary>
    public required byte[] Topic { get; init; }

    public required byte[] Payload { get; init; }

    /// <summary>
    /// Raw MQTT 5.0 properties of PUBLISH without their length, legal, as they are to be forwarded: no Topic Alias,
    /// Message Expiry Interval or Subscription Identifier among them. Empty: none.
    /// </summary>
    public required byte[] Properties { get; init; }

    /// <summary>As published: at most 2. What a client gets is in its own entry.</summary>
    public byte QoS { get; init; }

    /// <summary>RETAIN as published.</summary>
    public bool Retain { get; init; }

    /// <summary>When it expires, seconds since 1970, UTC; 0: never.</summary>
    public long ExpiryTime { get; init; }

    /// <summary>Who published it, UTF-8; null: not known, or the broker itself.</summary>
    public byte[]? SourceClientId { get; init; }

    /// <summary>User name of who published it; null: none.</summary>
    public string? SourceUserName { get; init; }

    /// <summary>Packet Identifier it was published with; 0: none.</summary>
    public ushort SourcePacketIdentifier { get; init; }

    /// <summary>Port of the listener it came in by; 0: not known.</summary>
    public ushort SourcePort { get; init; }
}

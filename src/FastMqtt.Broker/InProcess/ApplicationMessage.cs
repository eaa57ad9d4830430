// What an in-process client publishes, with the properties of MQTT 5.0. Immutable: topic and properties are checked and
// encoded once, when it is published first, so a message that is published again and again costs nothing for that.
// Any number of threads may publish one message at once: the worst is that two of them encode it.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

/// <summary>An application message to publish.</summary>
public sealed class ApplicationMessage
{
    private EncodedMessage? _encoded;

    /// <summary>The Topic Name: at least one character, no wildcard, up to 65,535 bytes of UTF-8.</summary>
    public required string Topic { get; init; }

    /// <summary>The payload. It must not change until PublishAsync has completed.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>What is promised for its delivery; a subscription's own QoS may be lower.</summary>
    public QualityOfService QoS { get; init; }

    /// <summary>Whether it is kept for later subscribers; an empty payload removes the kept one.</summary>
    public bool Retain { get; init; }

    /// <summary>Seconds until it is not delivered any more; null: it does not expire.</summary>
    public uint? MessageExpiryInterval { get; init; }

    /// <summary>Whether the payload is UTF-8 text.</summary>
    public bool PayloadFormatIndicator { get; init; }

    /// <summary>What the payload is, such as a MIME type; null: not said.</summary>
    public string? ContentType { get; init; }

    /// <summary>The Topic Name for a response; null: none.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What the response is known by; empty: none.</summary>
    public ReadOnlyMemory<byte> CorrelationData { get; init; }

    /// <summary>Names and values in their order; a name may come several times. Null: none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? UserProperties { get; init; }

    /// <summary>Topic and properties in bytes.</summary>
    /// <exception cref="ArgumentException">One of them is not what the protocol allows.</exception>
    internal EncodedMessage Encoded => _encoded ??= EncodedMessage.Of(this);
}

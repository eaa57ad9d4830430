// A message as an in-process subscriber's handler sees it: spans over the publisher's bytes, wherever they lie. Made on
// the dispatcher's stack for each delivery; nothing is decoded that is not asked for.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

/// <summary>A received message, valid until its handler returns.</summary>
public readonly ref struct ReceivedSpan
{
    private readonly long _expiresAt;
    private readonly long _now;

    internal ReceivedSpan(scoped in Message message, scoped in Delivery delivery, long nowMilliseconds)
    {
        Topic = message.Topic;
        Payload = message.Payload;
        Properties = message.Properties;
        QoS = delivery.QoS;
        Retain = delivery.Retain;
        SubscriptionIdentifier = delivery.SubscriptionIdentifier;
        _expiresAt = message.ExpiresAtMilliseconds;
        _now = nowMilliseconds;
    }

    /// <summary>The Topic Name in UTF-8.</summary>
    public ReadOnlySpan<byte> Topic { get; }

    /// <summary>The payload.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>
    /// The properties as they are forwarded: raw MQTT 5.0 properties for <see cref="PropertyReader"/>, without Message
    /// Expiry Interval and Subscription Identifier. Empty from a 3.x publisher.
    /// </summary>
    public ReadOnlySpan<byte> Properties { get; }

    /// <summary>The lower one of published and subscribed.</summary>
    public QualityOfService QoS { get; }

    /// <summary>
    /// Whether it was kept for later subscribers before this one subscribed, or, with Retain As Published, whether it
    /// is kept.
    /// </summary>
    public bool Retain { get; }

    /// <summary>What the subscription was given as its identifier; 0: none.</summary>
    public uint SubscriptionIdentifier { get; }

    /// <summary>Seconds it is still to be used; null: it does not expire. [MQTT-3.3.2-6]</summary>
    public uint? MessageExpiryInterval => _expiresAt == long.MaxValue
        ? null
        : (uint)((Math.Max(_expiresAt - _now, 0) + 999) / 1000);

    /// <summary>Whether the publisher says that the payload is UTF-8 text.</summary>
    public bool PayloadFormatIndicator => PublishProperties.From(Properties).PayloadFormatIndicator;

    /// <summary>UTF-8; empty: not said.</summary>
    public ReadOnlySpan<byte> ContentType => PublishProperties.From(Properties).ContentType;

    /// <summary>The Topic Name for a response in UTF-8; empty: none.</summary>
    public ReadOnlySpan<byte> ResponseTopic => PublishProperties.From(Properties).ResponseTopic;

    /// <summary>What the response is to carry; empty: nothing.</summary>
    public ReadOnlySpan<byte> CorrelationData => PublishProperties.From(Properties).CorrelationData;

    /// <summary>The User Properties, in the publisher's order.</summary>
    public UserProperties UserProperties => new(Properties);
}

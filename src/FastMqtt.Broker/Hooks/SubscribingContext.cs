// A subscription that a client asks for, as hooks see it. Made by SubscribingCalls.

using System.Text;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

/// <summary>A subscription that a client asks for: one topic filter of a SUBSCRIBE.</summary>
public ref struct SubscribingContext : IDecidable
{
    /// <summary>The client.</summary>
    public required ClientConnection Client { get; init; }

    /// <summary>The topic filter in UTF-8, below the listener's mount point, without the share name.</summary>
    public required ReadOnlySpan<byte> TopicFilter { get; init; }

    /// <summary>The share name of a shared subscription in UTF-8; empty: it is none.</summary>
    public required ReadOnlySpan<byte> ShareName { get; init; }

    /// <summary>What the client asks for, with no higher QoS than its Maximum QoS.</summary>
    public required SubscriptionOptions Options { get; init; }

    /// <summary>The raw properties of the SUBSCRIBE.</summary>
    public required ReadOnlySpan<byte> Properties { get; init; }

    /// <summary>The User Properties among <see cref="Properties"/>.</summary>
    public readonly UserProperties UserProperties => new(Properties);

    /// <summary>The QoS it will be granted: what was asked for, or what a hook has lowered it to.</summary>
    public QualityOfService QoS { get; internal set; }

    internal ReasonCode Refusal { get; private set; }

    readonly bool IDecidable.IsDecided => Refusal != ReasonCode.Success;

    /// <summary>The topic filter as a string.</summary>
    public readonly string GetTopicFilterString() => Encoding.UTF8.GetString(TopicFilter);

    /// <summary>Grants no higher QoS than this.</summary>
    public void LimitQoS(QualityOfService qos) => QoS = qos < QoS ? qos : QoS;

    /// <summary>
    /// The client is told no: 5.0 the reason, 3.1.1 that it failed; 3.1 has no word for it and gets no messages.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">SUBACK cannot carry the reason, or it is no refusal.</exception>
    public void Deny(ReasonCode reason = ReasonCode.NotAuthorized) =>
        Refusal = HookRefusal.Check(PacketType.Suback, reason);

    void IDecidable.Fail() => Refusal = ReasonCode.NotAuthorized;
}

// One topic filter of a SUBSCRIBE that asynchronous hooks are asked about. Made by SubscribingCalls.

using System.Text;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

/// <summary>One topic filter of a SUBSCRIBE.</summary>
public sealed class SubscribeFilter
{
    internal SubscribeFilter(int index, in SubscribingContext asked)
    {
        Index = index;
        TopicFilter = Encoding.UTF8.GetString(asked.TopicFilter);
        ShareName = asked.ShareName.IsEmpty ? null : Encoding.UTF8.GetString(asked.ShareName);
        Options = asked.Options;
        QoS = asked.QoS;
        Refusal = asked.Refusal;
    }

    /// <summary>Below the listener's mount point, without the share name.</summary>
    public string TopicFilter { get; }

    /// <summary>The share name of a shared subscription; null: it is none.</summary>
    public string? ShareName { get; }

    /// <summary>What the client asks for, with no higher QoS than its Maximum QoS.</summary>
    public SubscriptionOptions Options { get; }

    /// <summary>The QoS it will be granted: what was asked for, or what a hook has lowered it to.</summary>
    public QualityOfService QoS { get; private set; }

    /// <summary>Its place in the packet.</summary>
    internal int Index { get; }

    internal ReasonCode Refusal { get; private set; }

    /// <summary>Grants no higher QoS than this.</summary>
    public void LimitQoS(QualityOfService qos) => QoS = qos < QoS ? qos : QoS;

    /// <summary>The client is told no. The first denial stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException">SUBACK cannot carry the reason, or it is no refusal.</exception>
    public void Deny(ReasonCode reason = ReasonCode.NotAuthorized)
    {
        HookRefusal.Check(PacketType.Suback, reason);
        Refusal = Refusal == ReasonCode.Success ? reason : Refusal;
    }
}

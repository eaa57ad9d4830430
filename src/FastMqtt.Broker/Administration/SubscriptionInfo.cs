// A subscription as an embedder sees it: a copy.

using System.Text;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Administration;

/// <summary>A subscription at one moment.</summary>
public sealed record SubscriptionInfo
{
    /// <summary>Whose it is.</summary>
    public required string ClientId { get; init; }

    /// <summary>
    /// What it subscribes to, without share name; a listener's mount point stands in front of what the client sent.
    /// </summary>
    public required string TopicFilter { get; init; }

    /// <summary>The share name of a Shared Subscription; null: it is none.</summary>
    public string? ShareName { get; init; }

    /// <summary>The Maximum QoS.</summary>
    public QualityOfService MaximumQoS { get; init; }

    /// <summary>Whether the client does not get what it publishes itself.</summary>
    public bool NoLocal { get; init; }

    /// <summary>Whether messages keep the RETAIN flag they were published with.</summary>
    public bool RetainAsPublished { get; init; }

    /// <summary>The Subscription Identifier; null: none.</summary>
    public uint? Identifier { get; init; }

    internal static SubscriptionInfo Of(Session session, Subscription subscription) => new()
    {
        ClientId = Encoding.UTF8.GetString(session.ClientIdentifier),
        TopicFilter = Encoding.UTF8.GetString(subscription.Filter),
        ShareName = subscription.Group is { } group ? Encoding.UTF8.GetString(group.Name) : null,
        MaximumQoS = subscription.Options.QoS,
        NoLocal = subscription.Options.NoLocal,
        RetainAsPublished = subscription.Options.RetainAsPublished,
        Identifier = subscription.Identifier is > 0 and var identifier ? identifier : null,
    };
}

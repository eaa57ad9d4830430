// A client has ended a subscription, as hooks are told. Made by UnsubscribeHandler.

using System.Text;

namespace FastMqtt.Broker.Hooks;

/// <summary>A client has ended a subscription.</summary>
public readonly ref struct UnsubscribedNotice
{
    /// <summary>The client.</summary>
    public required ClientConnection Client { get; init; }

    /// <summary>The topic filter in UTF-8, below the listener's mount point, without the share name.</summary>
    public required ReadOnlySpan<byte> TopicFilter { get; init; }

    /// <summary>The share name of a shared subscription in UTF-8; empty: it was none.</summary>
    public required ReadOnlySpan<byte> ShareName { get; init; }

    /// <summary>The topic filter as a string.</summary>
    public string GetTopicFilterString() => Encoding.UTF8.GetString(TopicFilter);
}

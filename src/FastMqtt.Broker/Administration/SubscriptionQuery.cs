// Which subscriptions a listing shows.

namespace FastMqtt.Broker.Administration;

/// <summary>Which subscriptions are listed: those for which all that is said here is so.</summary>
public sealed record SubscriptionQuery
{
    /// <summary>The Client Identifier, exactly. Null: all sessions are looked through.</summary>
    public string? ClientId { get; init; }

    /// <summary>The Topic Filter, exactly, without share name. Null: any.</summary>
    public string? TopicFilter { get; init; }

    /// <summary>A Topic Name that the subscription's filter matches. Null: any subscription.</summary>
    public string? Topic { get; init; }

    /// <summary>Subscriptions of a page at the most, 1 to 10,000.</summary>
    public int PageSize { get; init; } = Limits.ListingPage;

    /// <summary><see cref="Page{T}.Next"/> of the page before; null: the first page.</summary>
    public string? After { get; init; }
}

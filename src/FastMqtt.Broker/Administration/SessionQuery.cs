// Which sessions a listing shows.

namespace FastMqtt.Broker.Administration;

/// <summary>Which sessions are listed: those for which all that is said here is so.</summary>
public sealed record SessionQuery
{
    /// <summary>The Client Identifier, in which each '*' stands for any characters or none. Null: any.</summary>
    public string? ClientId { get; init; }

    /// <summary>The user name; empty: sessions without one. Null: any.</summary>
    public string? UserName { get; init; }

    /// <summary>Whether the client is connected. Null: either.</summary>
    public bool? IsConnected { get; init; }

    /// <summary>A Topic Name that one of the session's subscriptions matches. Null: any session.</summary>
    public string? SubscribedTo { get; init; }

    /// <summary>Sessions of a page at the most, 1 to 10,000.</summary>
    public int PageSize { get; init; } = Limits.ListingPage;

    /// <summary><see cref="Page{T}.Next"/> of the page before; null: the first page.</summary>
    public string? After { get; init; }
}

// Which retained messages a listing shows.

namespace FastMqtt.Broker.Administration;

/// <summary>Which retained messages are listed.</summary>
public sealed record RetainedQuery
{
    /// <summary>
    /// A Topic Filter that their topics match; as for subscribers, a leading wildcard does not match topics that begin
    /// with '$'.
    /// </summary>
    public string TopicFilter { get; init; } = "#";

    /// <summary>Whether payloads are copied, or only counted.</summary>
    public bool IncludePayload { get; init; }

    /// <summary>Messages of a page at the most, 1 to 10,000.</summary>
    public int PageSize { get; init; } = Limits.ListingPage;

    /// <summary><see cref="Page{T}.Next"/> of the page before; null: the first page.</summary>
    public string? After { get; init; }
}

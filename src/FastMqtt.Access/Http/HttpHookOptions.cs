// Where the service is and how it is asked. Read by HttpAuthenticator and HttpAccessRules.

namespace FastMqtt.Access;

/// <summary>Where a service that decides is, and how it is asked.</summary>
public sealed record HttpHookOptions
{
    /// <summary>Where to POST to: http or https.</summary>
    public required Uri Url { get; init; }

    /// <summary>How long an answer may take, waiting for a free connection included. After that: refused.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer is kept that does not say so itself; zero: not at all.</summary>
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Requests at the same time; further ones wait.</summary>
    public int ConcurrencyMax { get; init; } = 32;
}

// What a service answers, as it stands in its JSON. Members it does not know are passed over.

using System.Text.Json.Serialization;

namespace FastMqtt.Access;

internal sealed record HookReply
{
    // Ten years.
    public const double SecondsMax = 315_360_000;

    [JsonPropertyName("result")]
    public string? Result { get; init; }

    [JsonPropertyName("expires_in")]
    public double? ExpiresIn { get; init; }

    [JsonPropertyName("cache_seconds")]
    public double? CacheSeconds { get; init; }
}

// What a service is told about something a client wants to do, as it stands in the JSON.

using System.Text.Json.Serialization;

namespace FastMqtt.Access;

internal sealed record TopicQuestion
{
    [JsonPropertyName("username")]
    public string? UserName { get; init; }

    [JsonPropertyName("clientid")]
    public required string ClientId { get; init; }

    [JsonPropertyName("action")]
    public required string Action { get; init; }

    [JsonPropertyName("topic")]
    public required string Topic { get; init; }
}

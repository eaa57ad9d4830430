// Which packets a trace is about.

namespace FastMqtt.Broker.Diagnostics;

/// <summary>Which packets a trace is about; what is null does not matter.</summary>
/// <param name="ClientId">Packets from and to this client.</param>
/// <param name="TopicFilter">PUBLISH packets whose Topic Name this Topic Filter matches.</param>
/// <param name="WithPayload">Whether the beginning of payloads is shown.</param>
public sealed record TraceRequest(string? ClientId, string? TopicFilter, bool WithPayload);

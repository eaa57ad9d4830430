// An answer that somebody else gave, and how long it holds.

namespace FastMqtt.Broker.Access;

/// <summary>An answer that holds for a time.</summary>
/// <param name="IsAllowed">Whether the client may.</param>
/// <param name="HoldsFor">How long the answer may be kept; zero: for this once.</param>
public readonly record struct TimedVerdict(bool IsAllowed, TimeSpan HoldsFor);

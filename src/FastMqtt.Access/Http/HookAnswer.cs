// A service's answer, judged: what, until when the client may stay, and how long the answer may be kept.

namespace FastMqtt.Access;

internal readonly record struct HookAnswer(HookDecision Decision, TimeSpan? ExpiresIn, TimeSpan HoldsFor);

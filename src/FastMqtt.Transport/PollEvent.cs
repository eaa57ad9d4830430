// One readiness event: the token given at registration, and what is ready.
// The token, not the handle, names the connection: a handle may be reused while an old event is still in the batch.

namespace FastMqtt.Transport;

internal readonly record struct PollEvent(ulong Token, PollFlags Flags);

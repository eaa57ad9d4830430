// A listener that speaks WebSocket: the broker binds nothing for it, the HTTP server does.
using FastMqtt.Broker;

namespace FastMqtt.Configuration;

/// <param name="Options">Address, TLS, trusted proxies, and what holds for its clients.</param>
/// <param name="Origins">Origins that a browser's page may have; empty: any.</param>
internal sealed record WebSocketListener(ListenerOptions Options, IReadOnlyList<string> Origins);

// One WebSocket listener as the operator asks for it: what holds for its clients, and what is special to WebSocket.
using System.Net;
using FastMqtt.Broker;

namespace FastMqtt.WebSockets;

/// <summary>A listener whose clients speak MQTT over WebSocket.</summary>
/// <param name="Listener">Address, TLS and what holds for its clients.</param>
internal sealed record WebSocketListenerOptions(ListenerOptions Listener)
{
    /// <summary>
    /// The only values of the Origin header that are let in, letter for letter; a request without one is not. Empty:
    /// any. It keeps other people's web pages from using a visitor's browser to get at the broker.
    /// </summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>
    /// Proxies whose X-Forwarded-For is believed. With any of them, a peer on a unix socket is believed too.
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Bytes of a request's headers; 0: the default.</summary>
    public int HeaderBytes { get; init; }

    /// <summary>
    /// How often a WebSocket frame is sent on a quiet connection, so that proxies do not take it for dead. Zero: never.
    /// Dead clients are found by MQTT's Keep Alive.
    /// </summary>
    public TimeSpan KeepAlive { get; init; }

    /// <summary>From accept to the end of TLS, and then for a whole request.</summary>
    public TimeSpan RequestTimeout { get; init; } = WebSocketLimits.RequestTimeout;

    /// <summary>The only path that is answered, for example /mqtt; null: any.</summary>
    public string? Path { get; init; }

    /// <summary>Whether this is the same socket as another's.</summary>
    public bool ListensWhere(WebSocketListenerOptions other) => Listener.UnixSocketPath is { } path
        ? path == other.Listener.UnixSocketPath
        : other.Listener.UnixSocketPath is null && Equals(Listener.EndPoint, other.Listener.EndPoint);
}

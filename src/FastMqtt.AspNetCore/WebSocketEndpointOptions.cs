// What an embedder may choose about a WebSocket endpoint. Copied when the first client comes.
using FastMqtt.Broker;

namespace FastMqtt.AspNetCore;

/// <summary>A WebSocket endpoint for MQTT.</summary>
public sealed class WebSocketEndpointOptions
{
    /// <summary>
    /// What holds for its clients: access, limits, versions. Its address and TLS are the web server's; its name is the
    /// endpoint's pattern unless it has one.
    /// </summary>
    public ListenerOptions Listener { get; set; } = new();

    /// <summary>
    /// The only values of the Origin header that are let in, letter for letter; a request without one is not. Empty:
    /// any. It keeps other people's web pages from using a visitor's browser to get at the broker.
    /// </summary>
    public IList<string> Origins { get; } = [];

    /// <summary>
    /// How often a WebSocket frame is sent on a quiet connection, so that proxies do not take it for dead. Zero: never.
    /// Dead clients are found by MQTT's Keep Alive.
    /// </summary>
    public TimeSpan KeepAlive { get; set; }
}

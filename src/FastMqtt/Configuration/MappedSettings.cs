// The settings in the form in which the broker's parts take them.
using FastMqtt.Broker;
using FastMqtt.Hosting;
using FastMqtt.Logging;
using FastMqtt.WebSockets;

namespace FastMqtt.Configuration;

/// <param name="Broker">The broker and its socket listeners.</param>
/// <param name="WebSockets">Listeners of the HTTP server, whose streams are attached to the broker.</param>
/// <param name="Log">How the log is written.</param>
/// <param name="Process">What the process does besides.</param>
internal sealed record MappedSettings(
    BrokerOptions Broker, IReadOnlyList<WebSocketListenerOptions> WebSockets, LogSettings Log, ProcessSettings Process);

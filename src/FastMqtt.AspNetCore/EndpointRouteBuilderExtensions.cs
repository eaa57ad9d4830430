// MapMqtt, in the namespace where such methods are looked for.
using System.Diagnostics.CodeAnalysis;
using FastMqtt.AspNetCore;
using FastMqtt.Broker;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps MQTT over WebSocket.</summary>
public static class EndpointRouteBuilderExtensions
{
    /// <summary>
    /// Serves MQTT over WebSocket at a path, for clients that offer the sub-protocol mqtt (or mqttv3.1). Needs no other
    /// middleware; over HTTP/2 too. The broker is the application's <see cref="MqttBroker"/> (AddMqttBroker).
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path, for example /mqtt.</param>
    /// <param name="configure">Sets what holds there: by default nobody may connect without a user name.</param>
    public static IEndpointConventionBuilder MapMqtt(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Action<WebSocketEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var options = new WebSocketEndpointOptions();
        configure?.Invoke(options);
        options.Listener.Name ??= pattern;
        var mapped = new MappedEndpoint(endpoints.ServiceProvider, options);
        return endpoints.Map(pattern, (RequestDelegate)mapped.ServeAsync);
    }
}

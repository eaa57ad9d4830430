// A WebSocket endpoint in an ASP.NET Core application: a listener of the application's broker that streams are attached
// to, made when the first request comes, since the broker does not run before. When the application stops, its clients
// are told before the web server waits for their connections.
using System.Net;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Broker;
using FastMqtt.Protocol;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FastMqtt.AspNetCore;

internal sealed class MappedEndpoint
{
    private readonly IServiceProvider _services;
    private readonly WebSocketEndpointOptions _options;
    private readonly string[] _origins;
    private readonly Lazy<Task<WebSocketEndpoint>> _endpoint;

    public MappedEndpoint(IServiceProvider services, WebSocketEndpointOptions options)
    {
        _services = services;
        _options = options;
        _origins = [.. options.Origins];
        _endpoint = new Lazy<Task<WebSocketEndpoint>>(OpenAsync);
    }

    public async Task ServeAsync(HttpContext context)
    {
        WebSocketEndpoint endpoint = await _endpoint.Value.ConfigureAwait(false);
        ConnectionInfo connection = context.Connection;
        PeerAddress peer = connection.RemoteIpAddress is { } address
            ? PeerAddress.FromEndPoint(new IPEndPoint(address, connection.RemotePort))
            : PeerAddress.LocalSocket;
        X509Certificate2? shown = connection.ClientCertificate;
        var terms = new EndpointTerms(
            peer,
            shown is null ? null : PeerCertificate.From(shown),
            _origins,
            _options.KeepAlive,
            _options.Listener.MaximumConnections);
        await endpoint.ServeAsync(context.Features, terms).ConfigureAwait(false);
    }

    private async Task<WebSocketEndpoint> OpenAsync()
    {
        MqttBroker broker = _services.GetRequiredService<MqttBroker>();
        _options.Listener.IsAttached = true;
        _options.Listener.TakeFrom(_services);
        BrokerListener listener = await broker.AddListenerAsync(_options.Listener).ConfigureAwait(false);
        ILogger log = _services.GetRequiredService<ILoggerFactory>().CreateLogger("FastMqtt");
        var endpoint = new WebSocketEndpoint(broker, listener, log);
        _services.GetService<IHostApplicationLifetime>()?.ApplicationStopping.Register(() =>
        {
            endpoint.Stop();
            _ = broker.RemoveListenerAsync(listener, ReasonCode.ServerShuttingDown);
        });
        return endpoint;
    }
}

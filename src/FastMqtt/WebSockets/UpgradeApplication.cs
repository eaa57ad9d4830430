// The HTTP server of one listener as an application: a request at the listener's path goes to the endpoint that MapMqtt
// uses too, with the client's address as the proxies of this listener say it.
using System.Net;
using FastMqtt.AspNetCore;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FastMqtt.WebSockets;

internal sealed class UpgradeApplication(
    WebSocketEndpoint endpoint, Func<WebSocketListenerOptions> options, ILogger log)
    : IHttpApplication<IFeatureCollection>
{
    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
        if (exception is not null)
        {
            WebSocketLog.Failed(log, exception); // a fault of ours: the connection has ended, the listener goes on
        }
    }

    public Task ProcessRequestAsync(IFeatureCollection context)
    {
        WebSocketListenerOptions now = options();
        IHttpRequestFeature request = context.GetRequiredFeature<IHttpRequestFeature>();
        PeerAddress peer = FindPeer(context, request, now);
        if (now.Path is not null && request.Path != now.Path)
        {
            return endpoint.RefuseAsync(context, peer, HttpStatusCode.NotFound, "nothing is here");
        }

        var terms = new EndpointTerms(
            peer, context.Get<PeerCertificate>(), now.Origins, now.KeepAlive, now.Listener.MaximumConnections);
        return endpoint.ServeAsync(context, terms);
    }

    private static PeerAddress FindPeer(
        IFeatureCollection context, IHttpRequestFeature request, WebSocketListenerOptions now)
    {
        IHttpConnectionFeature connection = context.GetRequiredFeature<IHttpConnectionFeature>();
        IPAddress? peer = connection.RemoteIpAddress;
        IPAddress? client = ForwardedFor.ClientOf(peer, request.Headers["X-Forwarded-For"], now.TrustedProxies);
        if (client is null)
        {
            return PeerAddress.LocalSocket;
        }

        int port = ReferenceEquals(client, peer) ? connection.RemotePort : 0;
        return PeerAddress.FromEndPoint(new IPEndPoint(client, port));
    }
}

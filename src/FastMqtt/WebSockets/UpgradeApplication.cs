// What the HTTP server of one listener does with a request: a right upgrade becomes a client of the broker, everything
// else gets a short answer. Works on the server's features: no routing, no services, nothing found by reflection.
using System.Net;
using System.Net.WebSockets;
using System.Text;
using FastMqtt.Broker;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FastMqtt.WebSockets;

internal sealed class UpgradeApplication(
    MqttBroker broker, AttachedListener attached, Func<WebSocketListenerOptions> options, ILogger log)
    : IHttpApplication<IFeatureCollection>
{
    private volatile bool _isStopping;
    private int _open;

    /// <summary>From now on who is closed is told that the server goes away, and nobody is let in.</summary>
    public void Stop() => _isStopping = true;

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
        if (exception is not null)
        {
            WebSocketLog.Failed(log, exception); // a fault of ours: the connection has ended, the listener goes on
        }
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        WebSocketListenerOptions now = options();
        IHttpRequestFeature request = context.GetRequiredFeature<IHttpRequestFeature>();
        IHttpUpgradeFeature? upgrade = context.Get<IHttpUpgradeFeature>();
        PeerAddress peer = FindPeer(context, request, now);
        string? fault = FindFault(request, upgrade?.IsUpgradableRequest == true, now, peer, out HttpStatusCode status);
        if (fault is not null)
        {
            await RefuseAsync(context, peer, status, fault).ConfigureAwait(false);
            return;
        }

        int open = Interlocked.Increment(ref _open);
        try
        {
            int most = now.Listener.MaximumConnections;
            if (_isStopping || (most > 0 && open > most))
            {
                await RefuseAsync(context, peer, HttpStatusCode.ServiceUnavailable, "too many connections")
                    .ConfigureAwait(false);
                return;
            }

            await ServeAsync(context, request, upgrade!, now, peer).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The peer has gone in the middle of the handshake.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task ServeAsync(
        IFeatureCollection context,
        IHttpRequestFeature request,
        IHttpUpgradeFeature upgrade,
        WebSocketListenerOptions now,
        PeerAddress peer)
    {
        string protocol = UpgradeRequest.ChooseProtocol(request.Headers.SecWebSocketProtocol)!;
        IHeaderDictionary headers = context.GetRequiredFeature<IHttpResponseFeature>().Headers;
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = UpgradeRequest.Accept(request.Headers.SecWebSocketKey!);
        headers.SecWebSocketProtocol = protocol; // [MQTT-6.0.0-4]
        Stream stream = await upgrade.UpgradeAsync().ConfigureAwait(false);
        var creation = new WebSocketCreationOptions
        {
            IsServer = true,
            SubProtocol = protocol,
            KeepAliveInterval = now.KeepAlive,
        };
        using WebSocket socket = WebSocket.CreateFromStream(stream, creation);
        AttachedConnection client = broker.Attach(attached, peer, context.Get<PeerCertificate>());
        IHttpRequestLifetimeFeature lifetime = context.GetRequiredFeature<IHttpRequestLifetimeFeature>();
        await new WebSocketBridge(socket, lifetime, client, () => _isStopping).RunAsync().ConfigureAwait(false);
    }

    private string? FindFault(
        IHttpRequestFeature request,
        bool isUpgradable,
        WebSocketListenerOptions now,
        PeerAddress peer,
        out HttpStatusCode status)
    {
        if (now.Path is not null && request.Path != now.Path)
        {
            status = HttpStatusCode.NotFound;
            return "nothing is here";
        }

        if (UpgradeRequest.FindFault(request, isUpgradable, out status) is { } fault)
        {
            return fault;
        }

        if (now.Origins.Count > 0 && !IsAllowed(request.Headers.Origin, now.Origins))
        {
            string origin = request.Headers.Origin.ToString();
            WebSocketLog.OriginDenied(
                log, peer.ToString(), origin[..Math.Min(origin.Length, WebSocketLimits.LoggedOriginCharacters)]);
            status = HttpStatusCode.Forbidden;
            return "the origin is not allowed";
        }

        return null;
    }

    private static bool IsAllowed(string? origin, IReadOnlyList<string> allowed)
    {
        foreach (string one in allowed)
        {
            if (string.Equals(one, origin, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
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

    private async Task RefuseAsync(IFeatureCollection context, PeerAddress peer, HttpStatusCode status, string reason)
    {
        WebSocketLog.Refused(log, peer.ToString(), (int)status, reason);
        IHttpResponseFeature response = context.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = (int)status;
        if (status == HttpStatusCode.UpgradeRequired)
        {
            response.Headers.Upgrade = "websocket"; // RFC 9110, section 15.5.22
            response.Headers.SecWebSocketVersion = UpgradeRequest.Version;
        }

        byte[] body = Encoding.ASCII.GetBytes(reason + "\n");
        response.Headers.ContentType = "text/plain";
        response.Headers.ContentLength = body.Length;
        response.Headers.Connection = "close";
        IHttpResponseBodyFeature writer = context.GetRequiredFeature<IHttpResponseBodyFeature>();
        await writer.Writer.WriteAsync(body).ConfigureAwait(false);
        await writer.CompleteAsync().ConfigureAwait(false);
    }
}

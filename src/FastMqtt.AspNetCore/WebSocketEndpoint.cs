// What becomes of a request: one that asks for a WebSocket in the right way becomes a client of the broker, everything
// else gets a short answer. Works on the server's features: no services, nothing found by reflection. Used by MapMqtt,
// and by the executable's own HTTP server.
using System.Net;
using System.Net.WebSockets;
using System.Text;
using FastMqtt.Broker;
using FastMqtt.Transport;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FastMqtt.AspNetCore;

internal sealed class WebSocketEndpoint(MqttBroker broker, BrokerListener listener, ILogger log)
{
    private volatile bool _isStopping;
    private int _open;

    /// <summary>From now on who is closed is told that the server goes away, and nobody is let in.</summary>
    public void Stop() => _isStopping = true;

    public async Task ServeAsync(IFeatureCollection context, EndpointTerms terms)
    {
        IHttpRequestFeature request = context.GetRequiredFeature<IHttpRequestFeature>();
        Handshake handshake = HandshakeOf(context);
        string? fault = FindFault(request, handshake, terms, out HttpStatusCode status);
        if (fault is not null)
        {
            await RefuseAsync(context, terms.Peer, status, fault).ConfigureAwait(false);
            return;
        }

        int open = Interlocked.Increment(ref _open);
        try
        {
            if (_isStopping || (terms.MaximumConnections > 0 && open > terms.MaximumConnections))
            {
                await RefuseAsync(context, terms.Peer, HttpStatusCode.ServiceUnavailable, "too many connections")
                    .ConfigureAwait(false);
                return;
            }

            string protocol = UpgradeRequest.ChooseProtocol(request.Headers.SecWebSocketProtocol)!;
            using WebSocket socket = await AcceptAsync(context, request, handshake, protocol, terms.KeepAlive)
                .ConfigureAwait(false);
            AttachedConnection client = broker.Attach(listener, terms.Peer, terms.Certificate);
            IHttpRequestLifetimeFeature lifetime = context.GetRequiredFeature<IHttpRequestLifetimeFeature>();
            await new WebSocketBridge(socket, lifetime, client, () => _isStopping).RunAsync().ConfigureAwait(false);
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

    /// <summary>The answer to a request that does not become a client.</summary>
    public async Task RefuseAsync(IFeatureCollection context, PeerAddress peer, HttpStatusCode status, string reason)
    {
        EndpointLog.Refused(log, peer.ToString(), (int)status, reason);
        IHttpResponseFeature response = context.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = (int)status;
        bool isHttp1 = context.GetRequiredFeature<IHttpRequestFeature>().Protocol == HttpProtocol.Http11;
        if (status == HttpStatusCode.UpgradeRequired && isHttp1)
        {
            response.Headers.Upgrade = "websocket"; // RFC 9110, section 15.5.22
            response.Headers.SecWebSocketVersion = UpgradeRequest.Version;
        }

        byte[] body = Encoding.ASCII.GetBytes(reason + "\n");
        response.Headers.ContentType = "text/plain";
        response.Headers.ContentLength = body.Length;
        if (isHttp1)
        {
            response.Headers.Connection = "close";
        }

        IHttpResponseBodyFeature writer = context.GetRequiredFeature<IHttpResponseBodyFeature>();
        await writer.Writer.WriteAsync(body).ConfigureAwait(false);
        await writer.CompleteAsync().ConfigureAwait(false);
    }

    private static Handshake HandshakeOf(IFeatureCollection context)
    {
        if (context.Get<IHttpWebSocketFeature>()?.IsWebSocketRequest == true)
        {
            return Handshake.Feature;
        }

        if (context.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" })
        {
            return Handshake.ExtendedConnect;
        }

        return context.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true ? Handshake.Upgrade : Handshake.None;
    }

    private static async Task<WebSocket> AcceptAsync(
        IFeatureCollection context,
        IHttpRequestFeature request,
        Handshake handshake,
        string protocol,
        TimeSpan keepAlive)
    {
        if (handshake == Handshake.Feature)
        {
            return await context.GetRequiredFeature<IHttpWebSocketFeature>()
                .AcceptAsync(new WebSocketAcceptContext { SubProtocol = protocol, KeepAliveInterval = keepAlive })
                .ConfigureAwait(false);
        }

        IHeaderDictionary headers = context.GetRequiredFeature<IHttpResponseFeature>().Headers;
        headers.SecWebSocketProtocol = protocol; // [MQTT-6.0.0-4]
        Stream stream;
        if (handshake == Handshake.ExtendedConnect)
        {
            stream = await context.GetRequiredFeature<IHttpExtendedConnectFeature>()
                .AcceptAsync()
                .ConfigureAwait(false);
        }
        else
        {
            headers.Upgrade = "websocket";
            headers.SecWebSocketAccept = UpgradeRequest.Accept(request.Headers.SecWebSocketKey!);
            stream = await context.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
        }

        var creation = new WebSocketCreationOptions
        {
            IsServer = true,
            SubProtocol = protocol,
            KeepAliveInterval = keepAlive,
        };
        return WebSocket.CreateFromStream(stream, creation);
    }

    private string? FindFault(
        IHttpRequestFeature request, Handshake handshake, EndpointTerms terms, out HttpStatusCode status)
    {
        if (UpgradeRequest.FindFault(request, handshake, out status) is { } fault)
        {
            return fault;
        }

        if (terms.Origins.Count > 0 && !IsAllowed(request.Headers.Origin, terms.Origins))
        {
            string origin = request.Headers.Origin.ToString();
            EndpointLog.OriginDenied(
                log, terms.Peer.ToString(), origin[..Math.Min(origin.Length, EndpointLimits.LoggedOriginCharacters)]);
            status = HttpStatusCode.Forbidden;
            return "the origin is not allowed";
        }

        return null;
    }

    private static bool IsAllowed(string? origin, IReadOnlyCollection<string> allowed)
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
}

// A broker with one WebSocket listener, in the test's process, on a port that the system chooses. Owns the log too:
// what the broker says about a client is how a test learns what it knows of it.
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Broker;
using FastMqtt.Logging;
using FastMqtt.Transport.Tls;
using FastMqtt.WebSockets;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FastMqtt.Tests.WebSockets;

#pragma warning disable CA2213 // it is stopped, which disposes it

internal sealed class WebSocketBroker : IAsyncDisposable
{
    /// <summary>The longest wait for one answer; a healthy broker needs milliseconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StringWriter _text = new();
    private readonly LineLoggerFactory _loggers;
    private readonly MqttBroker _broker;
    private readonly WebSocketListenerOptions _options;

    private WebSocketBroker(WebSocketListenerOptions with)
    {
        _options = with;
        _loggers = new LineLoggerFactory(
            _text, _text, LogSettings.Default with { Types = LogSettings.AllTypes });
        var options = new BrokerOptions { Dispatchers = 2 };
        options.Listeners.Add(new ListenerOptions { EndPoint = new(IPAddress.Loopback, 0), AllowAnonymous = true });
        _broker = MqttBroker.StartAsync(options, _loggers).GetAwaiter().GetResult();
    }

    public WebSocketServer Server { get; private set; } = null!;

    /// <summary>The listener's address for a client.</summary>
    public Uri Address { get; private set; } = null!;

    public int Port => Server.EndPoints[0]!.Port;

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static ListenerOptions Loopback(TlsOptions? tls = null, int maximumConnections = -1) => new()
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
        AllowAnonymous = true,
        Tls = tls,
        MaximumConnections = maximumConnections,
    };

    public static async Task<WebSocketBroker> StartAsync(WebSocketListenerOptions? options = null)
    {
        options ??= new WebSocketListenerOptions(Loopback());
        var broker = new WebSocketBroker(options);
        try
        {
            broker.Server = await WebSocketServer.StartAsync(broker._broker, [options], broker._loggers, Cancelled);
        }
        catch
        {
            await broker._broker.DisposeAsync();
            throw;
        }

        string scheme = options.Listener.Tls is null ? "ws" : "wss";
        broker.Address = new Uri($"{scheme}://localhost:{broker.Server.EndPoints[0]?.Port ?? 1}/mqtt");
        return broker;
    }

    /// <summary>A WebSocket that the broker has accepted.</summary>
    public async Task<ClientWebSocket> OpenAsync(
        Action<ClientWebSocket>? configure = null, CertificateFiles? trust = null, X509Certificate2? certificate = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        configure?.Invoke(socket);
        using HttpMessageInvoker invoker = Invoker(trust, certificate);
        await socket.ConnectAsync(Address, invoker, Cancelled).WaitAsync(Patience, Cancelled);
        return socket;
    }

    /// <summary>The answer to a request that is refused.</summary>
    public async Task<HttpStatusCode> RefusalAsync(Action<ClientWebSocket> configure)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        configure(socket);
        using HttpMessageInvoker invoker = Invoker();
        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(Address, invoker, Cancelled).WaitAsync(Patience, Cancelled));
        return socket.HttpStatusCode;
    }

    /// <summary>Everything stops as it does in the process; returns what was logged.</summary>
    public async Task<string> StopAsync()
    {
        await Task.WhenAll(_broker.StopAsync(Patience), Server.StopAsync(Patience));
        _loggers.Dispose();
        return _text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        var limit = TimeSpan.FromSeconds(5);
        await Task.WhenAll(_broker.StopAsync(limit), Server?.StopAsync(limit) ?? Task.CompletedTask);
        _loggers.Dispose();
        await _text.DisposeAsync();
    }

    // Whatever its name, it is on this machine and has the listener's port.
    private HttpMessageInvoker Invoker(CertificateFiles? trust = null, X509Certificate2? certificate = null)
    {
        var tls = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => trust?.IsSignedByAuthority(shown) == true,
            ClientCertificates = certificate is null ? null : [certificate],
        };
        return new HttpMessageInvoker(
            new SocketsHttpHandler { UseProxy = false, SslOptions = tls, ConnectCallback = DialAsync });
    }

    private async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        EndPoint endPoint = Server.EndPoints[0] is { } bound
            ? bound
            : new UnixDomainSocketEndPoint(_options.Listener.UnixSocketPath!);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(endPoint, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }
}

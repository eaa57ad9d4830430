// One listener: an HTTP server of its own (so that limits, time-outs and the end are its own), its certificates, and
// the application behind it. Nothing of this exists in a broker without a WebSocket listener.
using System.Net;
using System.Net.Sockets;
using FastMqtt.AspNetCore;
using FastMqtt.Broker;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FastMqtt.WebSockets;

internal sealed class WebSocketListener : IDisposable
{
    private readonly BrokerListener _attached;
    private readonly WebSocketEndpoint _endpoint;
    private readonly UpgradeApplication _application;
    private readonly CertificateStore? _certificates;
    private readonly KestrelServer _server;
    private volatile WebSocketListenerOptions _options;
    private ListenOptions? _bound;

    private WebSocketListener(
        MqttBroker broker, BrokerListener attached, WebSocketListenerOptions options, ILogger log)
    {
        _options = options;
        _attached = attached;
        _endpoint = new WebSocketEndpoint(broker, attached, log);
        _application = new UpgradeApplication(_endpoint, () => _options, log);
        if (options.Listener.Tls is not null)
        {
            _certificates = new CertificateStore(options.Listener.Tls, Name, log);
        }

        _server = new KestrelServer(
            Options.Create(Configure(log)),
            new SocketTransportFactory(Options.Create(ConfigureSockets()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    /// <summary>The options as of now.</summary>
    public WebSocketListenerOptions Configured => _options;

    /// <summary>The bound address; null for a unix socket.</summary>
    public IPEndPoint? EndPoint => _bound?.IPEndPoint;

    private string Name => _options.Listener.Name
        ?? _options.Listener.UnixSocketPath
        ?? _options.Listener.EndPoint?.ToString()
        ?? string.Empty;

    /// <summary>A listener that does not serve yet.</summary>
    /// <exception cref="CertificateException">A certificate or key cannot be used.</exception>
    public static async Task<WebSocketListener> CreateAsync(
        MqttBroker broker, WebSocketListenerOptions options, ILogger log, CancellationToken cancellation)
    {
        options.Listener.IsAttached = true;
        BrokerListener attached =
            await broker.AddListenerAsync(options.Listener, cancellation).ConfigureAwait(false);
        return new WebSocketListener(broker, attached, options, log);
    }

    public async Task StartAsync(CancellationToken cancellation)
    {
        RemoveLeftSocket(_options.Listener.UnixSocketPath);
        try
        {
            await _server.StartAsync<IFeatureCollection>(_application, cancellation).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            // The server's own way to say that an address is taken.
            throw new SocketException(
                (int)SocketError.AddressAlreadyInUse, $"cannot listen on {Name}: {failure.Message}");
        }
        catch (SocketException failure)
        {
            throw new SocketException(failure.ErrorCode, $"cannot listen on {Name}: {failure.Message}");
        }
    }

    /// <summary>No new connection; returns when the broker has ended all of them, or cuts them off.</summary>
    public Task StopAsync(CancellationToken cutOff)
    {
        _endpoint.Stop();
        return _server.StopAsync(cutOff);
    }

    /// <summary>Takes new options for those who connect from now on. Address and limits of the socket stay.</summary>
    public void Replace(WebSocketListenerOptions options)
    {
        options.Listener.IsAttached = true;
        _options = options;
        _attached.Options = options.Listener;
    }

    public void ReloadCertificates() => _certificates?.Reload();

    public void Dispose()
    {
        _server.Dispose();
        _certificates?.Dispose();
        RemoveLeftSocket(_options.Listener.UnixSocketPath);
    }

    private KestrelServerOptions Configure(ILogger log)
    {
        var server = new KestrelServerOptions { AddServerHeader = false };
        KestrelServerLimits limits = server.Limits;
        int headers = _options.HeaderBytes > 0 ? _options.HeaderBytes : WebSocketLimits.HeaderBytes;
        limits.MaxRequestHeadersTotalSize = headers;
        limits.MaxRequestLineSize = WebSocketLimits.RequestLineBytes;
        limits.MaxRequestBufferSize = Math.Max(
            WebSocketLimits.ReceiveBufferBytes, headers + WebSocketLimits.RequestLineBytes);
        limits.RequestHeadersTimeout = _options.RequestTimeout;
        limits.KeepAliveTimeout = _options.RequestTimeout; // also for a connection that says nothing at all
        limits.MaxRequestBodySize = 0;
        if (_options.Listener.MaximumConnections >= 0)
        {
            limits.MaxConcurrentConnections =
                _options.Listener.MaximumConnections + WebSocketLimits.UnfinishedConnections;
        }

        if (_options.Listener.UnixSocketPath is { } path)
        {
            server.ListenUnixSocket(path, Bind);
        }
        else
        {
            server.Listen(_options.Listener.EndPoint!, Bind);
        }

        return server;

        void Bind(ListenOptions listen)
        {
            _bound = listen;
            listen.Protocols = HttpProtocols.Http1;
            if (_certificates is not null)
            {
                var handshakes = new TlsHandshakes(_certificates, _options.RequestTimeout, log);
                listen.Use(next => connection => handshakes.ServeAsync(connection, next));
            }
        }
    }

    private SocketTransportOptions ConfigureSockets()
    {
        var sockets = new SocketTransportOptions { Backlog = WebSocketLimits.Backlog };
        if (_options.Listener.BindInterface is { } device)
        {
            sockets.CreateBoundListenSocket = endPoint => BindTo(device, endPoint);
        }

        return sockets;
    }

    private static Socket BindTo(string device, EndPoint endPoint)
    {
        const int SocketLevel = 1;
        const int BindToDevice = 25;
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetRawSocketOption(SocketLevel, BindToDevice, System.Text.Encoding.ASCII.GetBytes(device + '\0'));
            socket.DualMode = endPoint is IPEndPoint ip && ip.Address.Equals(IPAddress.IPv6Any);
            socket.Bind(endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // What a process that was killed left behind. Where somebody listens, or something was written, binding fails.
    private static void RemoveLeftSocket(string? path)
    {
        if (path is not null && File.Exists(path) && new FileInfo(path).Length == 0 && NobodyListens(path))
        {
            File.Delete(path);
        }
    }

    private static bool NobodyListens(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}

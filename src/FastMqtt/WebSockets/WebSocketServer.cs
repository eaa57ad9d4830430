// All WebSocket listeners of a broker: started after it, stopped with it. The process makes one only when a WebSocket
// listener is configured.
using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker;
using Microsoft.Extensions.Logging;

namespace FastMqtt.WebSockets;

internal sealed class WebSocketServer : IAsyncDisposable
{
    private readonly List<WebSocketListener> _listeners = [];

    private WebSocketServer()
    {
    }

    /// <summary>The bound addresses, in the order of the options; null for a unix socket.</summary>
    public IReadOnlyList<IPEndPoint?> EndPoints
    {
        get
        {
            var bound = new IPEndPoint?[_listeners.Count];
            for (int i = 0; i < bound.Length; i++)
            {
                bound[i] = _listeners[i].EndPoint;
            }

            return bound;
        }
    }

    /// <summary>Binds every listener.</summary>
    /// <exception cref="SocketException">An address cannot be bound.</exception>
    /// <exception cref="CertificateException">A certificate or key cannot be used.</exception>
    public static async Task<WebSocketServer> StartAsync(
        MqttBroker broker,
        IReadOnlyList<WebSocketListenerOptions> listeners,
        ILoggerFactory loggers,
        CancellationToken cancellation = default)
    {
        var server = new WebSocketServer();
        ILogger log = loggers.CreateLogger("fastmqtt");
        try
        {
            foreach (WebSocketListenerOptions options in listeners)
            {
                WebSocketListener listener =
                    await WebSocketListener.CreateAsync(broker, options, log, cancellation).ConfigureAwait(false);
                server._listeners.Add(listener);
                await listener.StartAsync(cancellation).ConfigureAwait(false);
                WebSocketLog.Listening(
                    log,
                    options.Listener.Tls is null ? "WebSocket" : "secure WebSocket",
                    listener.EndPoint?.ToString() ?? options.Listener.UnixSocketPath ?? string.Empty);
            }
        }
        catch
        {
            await server.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
            throw;
        }

        return server;
    }

    /// <summary>
    /// No new connection, then waits until the broker, which is to be stopped at the same time, has ended them. What
    /// is left after the limit is cut off.
    /// </summary>
    public async Task StopAsync(TimeSpan limit)
    {
        using var cutOff = new CancellationTokenSource(limit);
        var stops = new Task[_listeners.Count];
        for (int i = 0; i < stops.Length; i++)
        {
            stops[i] = _listeners[i].StopAsync(cutOff.Token);
        }

        await Task.WhenAll(stops).ConfigureAwait(false);
        _listeners.ForEach(listener => listener.Dispose());
        _listeners.Clear();
    }

    /// <summary>Reads certificates again (SIGHUP). A listener whose new ones are bad keeps the old and logs.</summary>
    public void Reload() => _listeners.ForEach(listener => listener.ReloadCertificates());

    /// <summary>
    /// Takes what is new about listeners that stay where they are, for clients that connect from now on, then reads
    /// certificates again. Listeners that are new or gone need a restart.
    /// </summary>
    public void Reload(IReadOnlyList<WebSocketListenerOptions> listeners)
    {
        foreach (WebSocketListener listener in _listeners)
        {
            foreach (WebSocketListenerOptions options in listeners)
            {
                if (options.ListensWhere(listener.Configured))
                {
                    listener.Replace(options);
                }
            }
        }

        Reload();
    }

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
}

// A whole broker on real sockets with a TLS listener and a plain one beside it, and what it has logged.

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Transport.Tls;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FastMqtt.Broker.Tests.Tls;

public sealed class TlsBroker : IAsyncDisposable, ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly MqttBroker _broker;

    public TlsBroker(TlsOptions tls, Action<BrokerOptions>? change = null)
    {
        BrokerOptions options = new() { SystemTopicsInterval = TimeSpan.Zero, Poller = TestPoller.Kind };
        options.Listeners.Add(new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            AllowAnonymous = true,
            Name = "secure",
            Tls = tls,
        });
        options.Listeners.Add(new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            AllowAnonymous = true,
        });
        change?.Invoke(options);
        _broker = MqttBroker.Start(options, this);
    }

    public IPEndPoint Secure => (IPEndPoint)_broker.EndPoints[0];

    public IPEndPoint Plain => (IPEndPoint)_broker.EndPoints[1];

    public IEnumerable<string> Lines => _lines;

    public MqttBroker Broker => _broker;

    public static Socket Connect(IPEndPoint target)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(target);
        return socket;
    }

    /// <summary>Waits until a line with that text is logged.</summary>
    public async Task<string> LoggedAsync(string text)
    {
        while (true)
        {
            foreach (string line in _lines)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return line;
                }
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));

    public async ValueTask DisposeAsync() => await _broker.DisposeAsync();

    public void Dispose()
    {
        // The broker disposes of what it is given to log with; the lines are read after that.
    }
}

// A logger that keeps the broker's lines and lets a test wait for one.

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FastMqtt.Broker.Tests.Sockets;

internal sealed class LineLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly SemaphoreSlim _added = new(0);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose() => _added.Dispose();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue(formatter(state, exception));
            _added.Release();
        }
    }

    /// <summary>The first line with this text, as soon as there is one.</summary>
    public async Task<string> WaitAsync(string text)
    {
        while (true)
        {
            if (_lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            Assert.True(await _added.WaitAsync(TimeSpan.FromSeconds(30)), $"no line with '{text}' was logged");
        }
    }
}

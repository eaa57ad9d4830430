// A logger of the broker that throws when it is told to: what it throws is a fault of the dispatcher that logs. The
// line about that fault itself is written all the same.

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastMqtt.Broker.Tests.Harness;

internal sealed class FaultyLogger : ILoggerFactory, ILogger
{
    private volatile bool _isFaulty;

    public bool IsFaulty
    {
        get => _isFaulty;
        set => _isFaulty = value;
    }

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => categoryName == "FastMqtt" ? this : NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsFaulty && logLevel < LogLevel.Critical)
        {
            throw new InvalidOperationException("a fault");
        }
    }

    public void Dispose()
    {
    }
}

// A log that keeps its lines, so that a test can ask what was said; levels can be left out as a real one does.

using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker.Tests.Harness;

internal sealed class RecordingLog(LogLevel minimum = LogLevel.Information) : ILogger
{
    public List<string> Lines { get; } = [];

    public List<string?> Events { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Events.Add(eventId.Name);
            Lines.Add(formatter(state, exception));
        }
    }
}

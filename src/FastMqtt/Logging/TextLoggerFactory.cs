// The log as people know it from Mosquitto: one line each, "2026-11-22T10:11:12: message", UTC, on stderr.
// Owns the sink and the loggers. Takes the place of the console provider of Microsoft.Extensions.Logging, which
// brings options, dependency injection and configuration along: none of it is wanted between start and first CONNECT.
using Microsoft.Extensions.Logging;

namespace FastMqtt.Logging;

internal sealed class TextLoggerFactory(TextWriter writer, LogLevel minimum, TimeProvider? time = null) : ILoggerFactory
{
    private readonly LogSink _sink = new(writer);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    // Categories are not shown: what is logged must make sense without the name of a class.
    public ILogger CreateLogger(string categoryName) => new TextLogger(_sink, minimum, _time);

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("The broker's log has one sink.");

    /// <summary>Writes what is queued, then stops.</summary>
    public void Dispose() => _sink.Dispose();
}

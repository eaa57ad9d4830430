// Each log_type switches its own lines on and off, also while running.
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Logging;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FastMqtt.Tests;

public class LogTypeTests
{
    private static readonly (LogLevel Level, int Event, string Type)[] Lines =
    [
        (LogLevel.Critical, 0, "error"),
        (LogLevel.Error, 0, "error"),
        (LogLevel.Warning, 0, "warning"),
        (LogLevel.Information, 0, "information"),
        (LogLevel.Information, LogEvents.Connected, "notice"),
        (LogLevel.Information, LogEvents.Closed, "notice"),
        (LogLevel.Information, LogEvents.Refused, "notice"),
        (LogLevel.Information, LogEvents.Denied, "notice"),
        (LogLevel.Debug, LogEvents.Packet, "debug"),
        (LogLevel.Trace, LogEvents.Subscribed, "subscribe"),
        (LogLevel.Trace, LogEvents.Unsubscribed, "unsubscribe"),
        (LogLevel.Trace, LogEvents.WebSocketsFirst, "websockets"),
    ];

    public static TheoryData<string> Types =>
        ["error", "warning", "notice", "information", "debug", "subscribe", "unsubscribe", "websockets", "all", "none"];

    [Theory]
    [MemberData(nameof(Types))]
    public void type_lets_its_lines_pass_and_no_others(string type)
    {
        string[] expected = [.. Lines
            .Where(line => type == "all" || line.Type == type)
            .Select(line => $"{line.Level} {line.Event}")];
        Assert.Equal(expected, Log(LogSettings.Default with { Types = new HashSet<string>([type]) }));
    }

    [Fact]
    public void usual_types_are_mosquittos() =>
        Assert.Equal(8, Log(LogSettings.Default).Length);

    [Fact]
    public void connections_can_be_left_out() =>
        Assert.Equal(
            ["Information 0", $"Information {LogEvents.Refused}", $"Information {LogEvents.Denied}"],
            Log(LogSettings.Default with { ConnectionMessages = false })[3..]);

    [Fact]
    public void type_is_switched_while_running()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using (var loggers = new LineLoggerFactory(TextWriter.Null, writer, Bare))
        {
            ILogger logger = loggers.CreateLogger("any");
            WriteAll(logger);
            loggers.Apply(Bare with { Types = new HashSet<string>(["subscribe"]) });
            WriteAll(logger);
        }

        string[] lines = writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(9, lines.Length);
        Assert.EndsWith($"Trace {LogEvents.Subscribed}", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void packets_are_described_only_while_debugging(bool debugs, int running)
    {
        using var loggers = new LineLoggerFactory(TextWriter.Null, TextWriter.Null, LogSettings.Default);
        var counter = new Counter();
        loggers.BeginDebug = _ => counter.Begin();
        loggers.Apply(LogSettings.Default with { Types = LogSettings.AllTypes });
        loggers.Apply(LogSettings.Default with { Types = debugs ? LogSettings.AllTypes : LogSettings.UsualTypes });
        Assert.Equal(running, counter.Running);
    }

    private static LogSettings Bare => LogSettings.Default with { Timestamp = false };

    private static string[] Log(LogSettings settings)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using (var loggers = new LineLoggerFactory(TextWriter.Null, writer, settings with { Timestamp = false }))
        {
            WriteAll(loggers.CreateLogger("any"));
        }

        return [.. writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line[(line.IndexOf(": ", StringComparison.Ordinal) is >= 0 and int at ? at + 2 : 0)..])];
    }

    private static void WriteAll(ILogger logger)
    {
        foreach ((LogLevel level, int number, string _) in Lines)
        {
            string text = $"{level} {number}";
            logger.Log(level, new EventId(number), text, null, static (text, _) => text);
        }
    }

    private sealed class Counter : IDisposable
    {
        public int Running { get; private set; }

        public Counter Begin()
        {
            Running++;
            return this;
        }

        public void Dispose() => Running--;
    }
}

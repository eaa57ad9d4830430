// The shape of a log line, and that a reader who does not read costs lines, never time.
using System.Diagnostics;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FastMqtt.Tests;

[Collection(nameof(RunsAlone))]
public class TextLogTests
{
    private const int LinesMax = 1_000_000;

    // How long the runtime may take to compile what it runs often.
    private static readonly TimeSpan CompilationLimit = TimeSpan.FromSeconds(20);

    private static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 11, 22, 10, 11, 12, TimeSpan.Zero));

    [Fact]
    public void line_is_time_in_utc_and_message()
    {
        Assert.Equal("2026-11-22T10:11:12: hello\n", Log(logger => Write(logger, LogLevel.Information, "hello")));
        Assert.Equal("2026-11-22T10:11:12: Warning: x\n", Log(logger => Write(logger, LogLevel.Warning, "x")));
        Assert.Equal("2026-11-22T10:11:12: Error: x\n", Log(logger => Write(logger, LogLevel.Error, "x")));
    }

    [Fact]
    public void details_are_hidden_unless_asked_for()
    {
        Assert.Empty(Log(logger => Write(logger, LogLevel.Debug, "detail")));
        Assert.NotEmpty(Log(logger => Write(logger, LogLevel.Debug, "detail"), LogLevel.Debug));
    }

    [Fact]
    public void client_cannot_forge_a_line() =>
        Assert.Equal(
            "2026-11-22T10:11:12: client a 2026-11-22T10:11:13: fake\n",
            Log(logger => Write(logger, LogLevel.Information, "client a\n2026-11-22T10:11:13: fake")));

    [Theory]
    [InlineData("text", "2026-11-22T10:11:12: Warning: hello  you")]
    [InlineData(
        "json",
        """{"time":"2026-11-22T10:11:12.000Z","level":"warning","event":"Message","client":"a\"b","""
        + "\"message\":\"hello\\u000d\\u000ayou\"}")]
    public void entry_that_formats_itself_is_a_line_too_and_costs_no_allocation(string format, string line)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using var sink = new LogSink(new WriterDestination(writer), static count => $"{count} dropped");
        var route = new LogRoute(LogSettings.Default with { Format = format }, LogTypes.All, [sink]);
        var logger = new LineLogger(() => route, Time);
        long allocated = long.MaxValue;
        long begin = Stopwatch.GetTimestamp();
        while (allocated > 0 && Stopwatch.GetElapsedTime(begin) < CompilationLimit) // until it is compiled as it ships
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            logger.Log(LogLevel.Warning, default, new Greeting(), null, static (_, _) => "never asked for");
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        sink.Dispose();
        Assert.Equal(0, allocated);
        Assert.Equal(line, writer.ToString().Split('\n')[0]);
    }

    [Fact]
    public void entry_that_does_not_fit_in_place_is_written_whole()
    {
        string text = new('x', 1_000);
        Assert.Equal(
            $"2026-11-22T10:11:12: {text}\n",
            Log(logger => logger.Log(LogLevel.Information, default, new Text(text), null, static (s, _) => s.Value)));
    }

    [Fact]
    public void reader_that_does_not_read_costs_lines_and_not_time()
    {
        using var writer = new StuckWriter();
        using var loggers = new LineLoggerFactory(TextWriter.Null, writer, LogSettings.Default, Time);
        ILogger logger = loggers.CreateLogger("any");
        for (int i = 0; i < LinesMax; i++)
        {
            Write(logger, LogLevel.Information, "line");
        }

        writer.Release();
        loggers.Dispose();
        Assert.Contains("log lines dropped", writer.ToString(), StringComparison.Ordinal);
    }

    private static string Log(Action<ILogger> act, LogLevel minimum = LogLevel.Information)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        IReadOnlySet<string> types = minimum == LogLevel.Debug ? LogSettings.AllTypes : LogSettings.UsualTypes;
        using (var loggers = new LineLoggerFactory(
            TextWriter.Null, writer, LogSettings.Default with { Types = types }, Time))
        {
            act(loggers.CreateLogger("any"));
        }

        return writer.ToString();
    }

    private static void Write(ILogger logger, LogLevel level, string message) =>
        logger.Log(level, default, message, null, static (state, _) => state);

    private readonly struct Greeting : ILogFields
    {
        public bool TryFormat(LogField field, Span<char> destination, out int charsWritten)
        {
            charsWritten = field == LogField.Client ? 3 : 0;
            return field != LogField.Client || "a\"b".TryCopyTo(destination);
        }

        public bool TryFormat(
            Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
            destination.TryWrite($"hello\r\nyou", out charsWritten);

        public string ToString(string? format, IFormatProvider? formatProvider) => "never asked for";
    }

    private readonly record struct Text(string Value) : ISpanFormattable
    {
        public bool TryFormat(
            Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
            destination.TryWrite($"{Value}", out charsWritten);

        public string ToString(string? format, IFormatProvider? formatProvider) => Value;
    }

    private sealed class StuckWriter : StringWriter
    {
        private readonly ManualResetEventSlim _released = new();

        public void Release() => _released.Set();

        public override void Write(char[] buffer, int index, int count)
        {
            _released.Wait();
            base.Write(buffer, index, count);
        }

        protected override void Dispose(bool disposing)
        {
            _released.Dispose();
            base.Dispose(disposing);
        }
    }
}

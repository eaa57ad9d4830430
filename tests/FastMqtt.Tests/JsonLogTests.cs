// A line of JSON is one object on one line, whatever clients call themselves.
using System.Text.Json;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FastMqtt.Tests;

public partial class JsonLogTests
{
    private static readonly FakeTimeProvider Time =
        new(new DateTimeOffset(2026, 11, 22, 10, 11, 12, 345, TimeSpan.Zero));

    public static TheoryData<string> Texts =>
    [
        "sensor-1", "quote \" backslash \\", "line\nbreak\r\t", "\u0000\u001b[2J\u007f\u0085", "\u2028\u2029",
        "Ger\u00e4t \ud83d\ude00", "\ud83d alone", "alone \ude00",
        "\"},{\"level\":\"error", new string('"', 5_000), new string('x', 100_000),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void any_text_is_read_back(string text)
    {
        JsonElement line = Single(Log(logger =>
            logger.Log(LogLevel.Warning, new EventId(7, "Odd"), text, null, static (state, _) => state)));
        string expected = string.Concat(text.EnumerateRunes()); // what is no character is replaced
        Assert.Equal(expected[..Math.Min(expected.Length, 8 * 1024)], line.GetProperty("message").GetString());
        Assert.Equal("2026-11-22T10:11:12.345Z", line.GetProperty("time").GetString());
        Assert.Equal("warning", line.GetProperty("level").GetString());
        Assert.Equal("Odd", line.GetProperty("event").GetString());
    }

    [Fact]
    public void facts_have_names_of_their_own()
    {
        var facts = new Facts();
        JsonElement line = Single(Log(logger => logger.Log(
            LogLevel.Information, new EventId(LogEvents.Closed, "Closed"), facts, null, static (_, _) => "")));
        Assert.Equal("notice", line.GetProperty("level").GetString());
        foreach (LogField field in Enum.GetValues<LogField>().Where(field => field != LogField.Payload))
        {
            Assert.Equal($"<{field}>", line.GetProperty(field.ToString().ToLowerInvariant()).GetString());
        }

        Assert.False(line.TryGetProperty("payload", out _)); // what is empty is left out
        Assert.Equal("sentence", line.GetProperty("message").GetString());
    }

    [Fact]
    public void facts_of_a_generated_line_have_the_names_of_its_template()
    {
        JsonElement line = Single(Log(logger => From(logger, "a\"b", 5)));
        Assert.Equal("a\"b", line.GetProperty("peer").GetString());
        Assert.Equal("5", line.GetProperty("reason").GetString());
        Assert.Equal("From a\"b for 5", line.GetProperty("message").GetString());
    }

    [Fact]
    public void exception_is_a_fact_too()
    {
        JsonElement line = Single(Log(logger => Failed(logger, new InvalidOperationException("oh\nno"))));
        Assert.Contains("oh\nno", line.GetProperty("exception").GetString()!, StringComparison.Ordinal);
    }

    [LoggerMessage(1, LogLevel.Warning, "From {Peer} for {Reason}")]
    private static partial void From(ILogger logger, string peer, int reason);

    [LoggerMessage(2, LogLevel.Error, "failed")]
    private static partial void Failed(ILogger logger, Exception exception);

    private static string Log(Action<ILogger> act)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using (var loggers = new LineLoggerFactory(
            TextWriter.Null, writer, LogSettings.Default with { Format = "json" }, Time))
        {
            act(loggers.CreateLogger("any"));
        }

        return writer.ToString();
    }

    private static JsonElement Single(string text)
    {
        string line = Assert.Single(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain(line, char.IsControl);
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    private readonly struct Facts : ILogFields
    {
        public bool TryFormat(LogField field, Span<char> destination, out int charsWritten)
        {
            charsWritten = 0;
            return field == LogField.Payload || destination.TryWrite($"<{field}>", out charsWritten);
        }

        public bool TryFormat(
            Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
            destination.TryWrite($"sentence", out charsWritten);

        public string ToString(string? format, IFormatProvider? formatProvider) => "sentence";
    }
}

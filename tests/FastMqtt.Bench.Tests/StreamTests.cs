// Throughput, latency and seed against a real broker, at small size: everything arrives, and the report is whole.
using System.Text.Json;
using FastMqtt.Bench.Report;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Bench.Tests;

public class StreamTests(BrokerInProcess broker) : IClassFixture<BrokerInProcess>
{
    [Theory]
    [InlineData(TopicPattern.Pair, 0, 4)]
    [InlineData(TopicPattern.Pair, 1, 4)]
    [InlineData(TopicPattern.Pair, 2, 4)]
    [InlineData(TopicPattern.Pair, 2, 5)]
    [InlineData(TopicPattern.One, 0, 5)]
    [InlineData(TopicPattern.Wild, 1, 4)]
    [InlineData(TopicPattern.Hash, 0, 4)]
    [InlineData(TopicPattern.Share, 1, 5)]
    public void throughput_delivers_everything(TopicPattern pattern, int qos, int version)
    {
        LoadReport report = LoadRun.Measure(Options(LoadMode.Throughput) with
        {
            Pattern = pattern,
            QoS = (QualityOfService)qos,
            SubscriptionQoS = (QualityOfService)qos,
            Version = (ProtocolVersion)version,
            Publishers = 3,
            Subscribers = 4,
            Seconds = 0.1,
            WarmSeconds = 0.02,
            TopicPrefix = $"{pattern}{qos}{version}/",
        });
        Assert.True(report.IsOk, report.ToJson());
        Assert.InRange(report.Number("msgs"), 100, double.MaxValue);
    }

    [Fact]
    public void a_count_is_delivered_exactly()
    {
        LoadReport report = LoadRun.Measure(Options(LoadMode.Throughput) with
        {
            Publishers = 2,
            Subscribers = 3,
            Pattern = TopicPattern.Wild,
            Count = 1000,
        });
        Assert.True(report.IsOk, report.ToJson());
        Assert.Equal(6000, report.Number("msgs"));
    }

    [Fact]
    public void a_subscription_of_lower_QoS_lowers_the_delivery()
    {
        LoadReport report = LoadRun.Measure(Options(LoadMode.Throughput) with
        {
            QoS = QualityOfService.ExactlyOnce,
            SubscriptionQoS = QualityOfService.AtLeastOnce,
            Count = 1000,
        });
        Assert.True(report.IsOk, report.ToJson());
    }

    [Fact]
    public void latency_keeps_its_rate()
    {
        LoadReport report = LoadRun.Measure(Options(LoadMode.Latency) with
        {
            Publishers = 5,
            Subscribers = 5,
            Rate = 2000,
            Seconds = 0.5,
            WarmSeconds = 0.1,
            Window = 0,
        });
        Assert.True(report.IsOk, report.ToJson());
        Assert.InRange(report.Number("msgs"), 500, 1500);
        Assert.InRange(report.Number("p50_us"), 1, 100_000);
        Assert.InRange(report.Number("p999_us"), report.Number("p50_us"), report.Number("max_us"));
    }

    [Fact]
    public void seed_counts_every_round()
    {
        LoadReport report = LoadRun.Measure(Options(LoadMode.Seed) with
        {
            Count = 200,
            Window = 10,
            Iterations = 3,
            QoS = QualityOfService.AtLeastOnce,
            SubscriptionQoS = QualityOfService.AtLeastOnce,
            InFlight = 10,
            PayloadBytes = 16,
        });
        Assert.True(report.IsOk, report.ToJson());
        Assert.Equal(600, report.Number("msgs"));
        Assert.Equal(3, report.Number("rounds"));
    }

    [Fact]
    public void a_report_is_one_line_of_json_with_the_broker_only_if_it_is_known()
    {
        LoadOptions options = Options(LoadMode.Throughput) with { Count = 100, Label = "a \"b\"\n" };
        string unknown = LoadRun.Measure(options).ToJson();
        string known = LoadRun.Measure(options with { BrokerProcess = Environment.ProcessId }).ToJson();
        Assert.DoesNotContain('\n', known);
        using JsonDocument without = JsonDocument.Parse(unknown);
        using JsonDocument with = JsonDocument.Parse(known);
        Assert.False(without.RootElement.TryGetProperty("broker_us_per_msg", out _));
        Assert.False(without.RootElement.TryGetProperty("peak_rss_kb", out _));
        Assert.True(with.RootElement.GetProperty("peak_rss_kb").GetInt64() > 1000);
        Assert.Equal("a \"b\"\n", with.RootElement.GetProperty("label").GetString());
        Assert.True(with.RootElement.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public void a_process_that_does_not_exist_is_named()
    {
        LoadReport report = LoadRun.Measure(Options(LoadMode.Throughput) with { BrokerProcess = int.MaxValue });
        Assert.True(report.TryGet("error", out object error));
        Assert.Contains("no process", $"{error}", StringComparison.Ordinal);
    }

    private LoadOptions Options(LoadMode mode) => new() { Mode = mode, Target = broker.EndPoint, TimeoutSeconds = 5 };
}

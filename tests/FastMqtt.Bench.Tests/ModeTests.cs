// The modes about connections, subscriptions and stored messages against a real broker, at small size.
using FastMqtt.Bench.Report;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Bench.Tests;

public class ModeTests(BrokerInProcess broker) : IClassFixture<BrokerInProcess>
{
    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 5)]
    public void storm_opens_every_connection(bool subscribes, int version)
    {
        LoadReport report = Measure(Options(LoadMode.Storm) with
        {
            Connections = 200,
            AtATime = 16,
            HoldSeconds = 0.1,
            StormSubscribes = subscribes,
            Version = (ProtocolVersion)version,
        });
        Assert.Equal(200, report.Number("conns"));
        Assert.InRange(report.Number("rate"), 10, 10_000_000);
        Assert.True(report.TryGet("rss_bytes_per_conn", out _));
        Assert.True(report.TryGet("idle_cpu_pct", out _));
    }

    [Fact]
    public void idle_clients_each_get_their_message()
    {
        LoadReport report = Measure(Options(LoadMode.Idle) with
        {
            Connections = 150,
            Subscribers = 150,
            HoldSeconds = 0.1,
        });
        Assert.Equal(150, report.Number("delivered"));
        Assert.True(report.TryGet("rss_left_kb", out _));
    }

    [Theory]
    [InlineData(SubscriptionMix.Mixed, 0, 4)]
    [InlineData(SubscriptionMix.Exact, 1, 5)]
    [InlineData(SubscriptionMix.Wild, 2, 4)]
    public void messages_over_many_subscriptions_reach_their_owner(SubscriptionMix mix, int qos, int version)
    {
        LoadReport report = Measure(Options(LoadMode.Subscriptions) with
        {
            Subscriptions = 1003,
            Subscribers = 4,
            Publishers = 2,
            Mix = mix,
            QoS = (QualityOfService)qos,
            SubscriptionQoS = (QualityOfService)qos,
            Version = (ProtocolVersion)version,
            Seconds = 0.1,
            WarmSeconds = 0,
            TopicPrefix = $"{mix}/",
        });
        Assert.Equal(1003, report.Number("nsubs"));
        Assert.InRange(report.Number("msgs"), 100, double.MaxValue);
    }

    [Fact]
    public void messages_go_to_the_first_subscriptions_only_when_asked()
    {
        LoadReport report = Measure(Options(LoadMode.Subscriptions) with
        {
            Subscriptions = 1003,
            Published = 1,
            Subscribers = 4,
            Seconds = 0.1,
            WarmSeconds = 0,
        });
        Assert.Equal(1, report.Number("published"));
        Assert.InRange(report.Number("msgs"), 100, double.MaxValue);
    }

    [Fact]
    public void subscribes_and_unsubscribes_keep_their_rate()
    {
        LoadReport report = Measure(Options(LoadMode.SubscribeStorm) with
        {
            Rate = 5000,
            Seconds = 0.5,
            WarmSeconds = 0.1,
            Publishers = 2,
            Subscribers = 2,
            Window = 100,
        });
        Assert.InRange(report.Number("subscribe_rate"), 2000, 6000);
        Assert.InRange(report.Number("rate_alone"), 100, double.MaxValue);
        Assert.InRange(report.Number("rate"), 100, double.MaxValue);
    }

    [Fact]
    public void a_large_fan_out_reaches_all_beside_the_pairs()
    {
        LoadReport report = Measure(Options(LoadMode.FanOutStorm) with
        {
            Connections = 100,
            LargeRate = 20,
            Rate = 500,
            Publishers = 2,
            Subscribers = 2,
            Seconds = 0.4,
            WarmSeconds = 0.1,
            Window = 0,
        });
        double large = report.Number("large_deliveries");
        Assert.InRange(large, 200, 2000);
        Assert.Equal(0, large % 100);
        Assert.InRange(report.Number("alone_p99_us"), 1, 1_000_000);
        Assert.InRange(report.Number("p99_us"), 1, 1_000_000);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 5)]
    public void retained_messages_come_to_every_new_subscriber_and_are_removed_or_kept(int qos, int version)
    {
        LoadOptions options = Options(LoadMode.Retained) with
        {
            Count = 500,
            Subscribers = 2,
            QoS = (QualityOfService)qos,
            Version = (ProtocolVersion)version,
            Window = 0,
            TopicPrefix = $"{qos}/",
        };
        Assert.Equal(1000, Measure(options).Number("msgs"));
        Assert.Equal(0, broker.Retained);
        Assert.Equal(1000, Measure(options with { KeepsMessages = true }).Number("msgs"));
        Assert.Equal(500, broker.Retained);
        Assert.Equal(1000, Measure(options).Number("msgs"));
        Assert.Equal(0, broker.Retained);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 5)]
    public void queued_messages_come_when_their_client_is_back(int qos, int version)
    {
        LoadReport report = Measure(Options(LoadMode.Offline) with
        {
            Count = 500,
            QoS = (QualityOfService)qos,
            SubscriptionQoS = (QualityOfService)qos,
            Version = (ProtocolVersion)version,
            Window = 0,
        });
        Assert.Equal(500, report.Number("msgs"));
        Assert.InRange(report.Number("queue_rate"), 1, double.MaxValue);
    }

    [Theory]
    [InlineData(TopicPattern.Pair, 5, 2, 5)]
    [InlineData(TopicPattern.Pair, 2, 5, 5)]
    [InlineData(TopicPattern.One, 3, 2, 6)]
    [InlineData(TopicPattern.Hash, 2, 3, 6)]
    public void many_publishers_queue_for_many_sessions(TopicPattern pattern, int from, int to, int copies)
    {
        LoadReport report = Measure(Options(LoadMode.Offline) with
        {
            Count = 300,
            Publishers = from,
            Subscribers = to,
            Pattern = pattern,
            QoS = QualityOfService.AtLeastOnce,
            SubscriptionQoS = QualityOfService.AtLeastOnce,
            Window = 0,
            TopicPrefix = $"{pattern}/",
        });
        Assert.Equal(300 * from, report.Number("acknowledged"));
        Assert.Equal(300 * copies, report.Number("msgs"));
        Assert.Equal(0, report.Number("lost"));
    }

    [Fact]
    public void messages_queue_for_a_time_beside_a_pair()
    {
        LoadReport report = Measure(Options(LoadMode.Offline) with
        {
            Seconds = 0.2,
            Publishers = 4,
            Subscribers = 4,
            InFlight = 10,
            QoS = QualityOfService.AtLeastOnce,
            SubscriptionQoS = QualityOfService.AtLeastOnce,
            Window = 0,
            BesideRate = 500,
        });
        Assert.InRange(report.Number("queue_s"), 0.2, 5);

        // What was on its way at the end is not counted as acknowledged, yet delivered.
        double acknowledged = report.Number("acknowledged");
        Assert.InRange(report.Number("msgs"), acknowledged, acknowledged + 40);
        Assert.InRange(report.Number("pair_msgs"), 200, 5000);
        foreach (string phase in (string[])["alone_", string.Empty, "queued_"])
        {
            Assert.InRange(report.Number(phase + "p50_us"), 1, 1_000_000);
            Assert.InRange(report.Number(phase + "p99_us"), report.Number(phase + "p50_us"), 1_000_000);
        }
    }

    [Fact]
    public void messages_stay_queued_when_asked()
    {
        LoadReport report = Measure(Options(LoadMode.Offline) with
        {
            Count = 100,
            QoS = QualityOfService.AtLeastOnce,
            SubscriptionQoS = QualityOfService.AtLeastOnce,
            Window = 0,
            KeepsMessages = true,
            TopicPrefix = "kept/",
        });
        Assert.Equal(100, report.Number("acknowledged"));
        Assert.False(report.TryGet("msgs", out _));
        Assert.EndsWith("s0", report.Text("session"), StringComparison.Ordinal);

        // What it left is ended by the same client with a clean session: the other tests use this broker too.
        Measure(Options(LoadMode.Throughput) with { Count = 1 });
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void persistent_sessions_receive_what_is_sent(int version)
    {
        LoadReport report = Measure(Options(LoadMode.Throughput) with
        {
            Count = 200,
            Publishers = 2,
            Subscribers = 2,
            IsPersistent = true,
            QoS = QualityOfService.AtLeastOnce,
            SubscriptionQoS = QualityOfService.AtLeastOnce,
            Version = (ProtocolVersion)version,
            TopicPrefix = $"persistent{version}/",
        });
        Assert.Equal(400, report.Number("msgs"));
        Assert.Equal(1, report.Number("persistent"));
    }

    private static LoadReport Measure(LoadOptions options)
    {
        LoadReport report = LoadRun.Measure(options);
        Assert.True(report.IsOk, report.ToJson());
        return report;
    }

    private LoadOptions Options(LoadMode mode) => new()
    {
        Mode = mode,
        Target = broker.EndPoint,
        TimeoutSeconds = 5,
        BrokerProcess = Environment.ProcessId,
    };
}

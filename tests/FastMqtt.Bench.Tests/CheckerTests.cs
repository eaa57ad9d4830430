// The checker against a relay that loses, repeats, swaps and damages: what passes here would pass in a benchmark.
using System.Diagnostics;
using FastMqtt.Bench.Report;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Bench.Tests;

public class CheckerTests
{
    private const int Count = 500;
    private const int Special = 250;

    [Theory]
    [InlineData(0, 16)]
    [InlineData(0, 64)]
    [InlineData(1, 64)]
    [InlineData(1, 1000)]
    public void a_relay_that_only_copies_passes(int qos, int size)
    {
        using var relay = new FaultyRelay();
        LoadReport report = LoadRun.Measure(Options(relay) with
        {
            QoS = (QualityOfService)qos,
            SubscriptionQoS = (QualityOfService)qos,
            PayloadBytes = size,
        });
        Assert.True(report.IsOk, report.ToJson());
        Assert.Equal(Count, report.Number("msgs"));
    }

    [Fact]
    public void a_lost_message_is_counted()
    {
        using var relay = new FaultyRelay { Passes = static (number, packet) => number == Special ? [] : [packet] };
        Expect(relay, lost: 1, repeated: 0, reordered: 0);
    }

    [Fact]
    public void a_lost_last_message_is_counted()
    {
        using var relay = new FaultyRelay { Passes = static (number, packet) => number == Count - 1 ? [] : [packet] };
        Expect(relay, lost: 1, repeated: 0, reordered: 0);
    }

    [Fact]
    public void a_repeated_message_is_counted()
    {
        using var relay = new FaultyRelay
        {
            Passes = static (number, packet) => number == Special ? [packet, packet] : [packet],
        };
        Expect(relay, lost: 0, repeated: 1, reordered: 0);
    }

    [Fact]
    public void a_repeated_last_message_is_counted()
    {
        using var relay = new FaultyRelay
        {
            Passes = static (number, packet) => number == Count - 1 ? [packet, packet] : [packet],
        };
        Expect(relay, lost: 0, repeated: 1, reordered: 0);
    }

    [Fact]
    public void swapped_messages_are_counted()
    {
        byte[] held = [];
        using var relay = new FaultyRelay
        {
            Passes = (number, packet) =>
            {
                if (number == Special)
                {
                    held = packet;
                    return [];
                }

                return number == Special + 1 ? [packet, held] : [packet];
            },
        };
        Expect(relay, lost: 0, repeated: 0, reordered: 1);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    [InlineData(200)]
    public void every_damaged_byte_is_noticed(int size)
    {
        int frameBytes = 2 + (size + 9 >= 0x80 ? 1 : 0) + 2 + "b/0/d".Length + size;

        // What is the last byte of a message is told by its number and time; of 16 bytes the time alone may change.
        int timeAt = size == 16 ? frameBytes - sizeof(long) : frameBytes;
        for (int at = 0; at < timeAt; at++)
        {
            int damaged = at;
            using var relay = new FaultyRelay
            {
                Passes = (number, packet) =>
                {
                    packet[damaged] ^= (byte)(number == Special ? 0x10 : 0);
                    return [packet];
                },
            };
            LoadReport report = LoadRun.Measure(Options(relay) with { PayloadBytes = size, TimeoutSeconds = 0.1 });
            Assert.False(report.IsOk, $"byte {at}: {report.ToJson()}");
        }
    }

    [Fact]
    public void a_message_at_the_wrong_subscriber_is_noticed()
    {
        using var relay = new FaultyRelay
        {
            Passes = static (number, packet) =>
            {
                packet[6] = number == Special ? (byte)'1' : packet[6];
                return [packet];
            },
        };
        LoadReport report = LoadRun.Measure(Options(relay) with { Publishers = 2, Subscribers = 2 });
        Assert.False(report.IsOk);
        Assert.Contains("topic", report.Text("error"), StringComparison.Ordinal);
    }

    [Fact]
    public void a_relay_that_ends_ends_the_run()
    {
        using var relay = new FaultyRelay { EndsAt = Special };
        LoadReport report = LoadRun.Measure(Options(relay));
        Assert.False(report.IsOk);
        Assert.Contains("closed the connection", report.Text("error"), StringComparison.Ordinal);
    }

    [Fact]
    public void a_refusal_names_its_code()
    {
        using var relay = new FaultyRelay { Connack = "20020005" };
        Assert.Contains("CONNACK", LoadRun.Measure(Options(relay)).Text("error"), StringComparison.Ordinal);
        Assert.Contains("code 5", LoadRun.Measure(Options(relay)).Text("error"), StringComparison.Ordinal);
    }

    [Fact]
    public void silence_ends_the_run_after_its_time_out()
    {
        using var relay = new FaultyRelay { Connack = "2002" };
        long begin = Stopwatch.GetTimestamp();
        LoadReport report = LoadRun.Measure(Options(relay) with { TimeoutSeconds = 0.2 });
        Assert.Contains("no progress", report.Text("error"), StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(begin).TotalSeconds, 0.2, 10);
    }

    [Fact]
    public void a_closed_port_is_said_to_be_refused()
    {
        var relay = new FaultyRelay();
        relay.Dispose();
        LoadReport report = LoadRun.Measure(Options(relay));
        Assert.Contains("refused", report.Text("error"), StringComparison.OrdinalIgnoreCase);
    }

    private static void Expect(FaultyRelay relay, long lost, long repeated, long reordered)
    {
        LoadReport report = LoadRun.Measure(Options(relay));
        Assert.False(report.IsOk, report.ToJson());
        Assert.Equal(lost, report.Number("lost"));
        Assert.Equal(repeated, report.Number("dup"));
        Assert.Equal(reordered, report.Number("reorder"));
    }

    private static LoadOptions Options(FaultyRelay relay) => new()
    {
        Mode = LoadMode.Throughput,
        Target = relay.EndPoint,
        Count = Count,
        TimeoutSeconds = 0.5,
    };
}

// The seed's bytes and its counting rule, as its published script has them.
using FastMqtt.Bench.Seed;
using Xunit;

namespace FastMqtt.Bench.Tests;

public class SeedBenchTests
{
    private const int Frame = SeedPackets.PublishBytes;

    [Fact]
    public void packets_are_the_seeds_byte_for_byte()
    {
        const string Common = "101D00064D514973647003 01 003C 000F 48494D5154542D54657374";
        Assert.Equal(Hex(Common + "32303030"), Convert.ToHexString(SeedPackets.Connect(2)));
        Assert.Equal(Hex(Common + "33303030"), Convert.ToHexString(SeedPackets.Connect(3)));
        Assert.Equal(Hex("8208 1234 0003 612F62 00"), Convert.ToHexString(SeedPackets.Subscribe));
        Assert.Equal(Hex("9003 1234 00"), Convert.ToHexString(SeedPackets.Suback));
        Assert.Equal(Hex("2002 0000"), Convert.ToHexString(SeedPackets.Connack));
        byte[] publish = SeedPackets.Publish();
        Assert.Equal(1032, publish.Length);
        Assert.Equal(Hex("308508 0003 612F62"), Convert.ToHexString(publish.AsSpan(0, 8)));
    }

    [Fact]
    public void window_is_sent_ahead()
    {
        var counter = new SeedCounter(count: 100, window: 10);
        Assert.Equal(10, SendAhead(counter));
        Assert.Equal(10, counter.Pending);
    }

    [Fact]
    public void message_counts_when_the_next_one_begins_to_arrive()
    {
        var counter = new SeedCounter(count: 100, window: 10);
        SendAhead(counter);
        Assert.False(counter.OnData(Frame));
        Assert.Equal(0, counter.Counted);
        Assert.True(counter.OnData(1));
        Assert.Equal(1, counter.Counted);
    }

    [Fact]
    public void one_data_event_earns_one_publish_so_the_window_shrinks_for_good()
    {
        var counter = new SeedCounter(count: 1000, window: 10);
        SendAhead(counter);
        Assert.True(counter.OnData(10 * Frame));
        Assert.Equal(9, counter.Counted);
        Assert.Equal(2, counter.Pending);
        Assert.True(counter.OnData(Frame));
        Assert.Equal(2, counter.Pending);
    }

    [Fact]
    public void clock_stops_at_the_count_though_more_is_sent()
    {
        var counter = new SeedCounter(count: 5, window: 10);
        SendAhead(counter);
        Assert.False(counter.OnData(10 * Frame));
        Assert.True(counter.IsComplete);
        Assert.Equal(5, counter.Counted);
    }

    private static int SendAhead(SeedCounter counter)
    {
        int sent = 0;
        while (counter.TrySendAhead())
        {
            sent++;
        }

        return sent;
    }

    private static string Hex(string text) => text.Replace(" ", string.Empty, StringComparison.Ordinal);
}

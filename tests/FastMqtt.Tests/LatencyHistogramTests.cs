// Percentiles are right to 3 % over the whole range of a latency.
using FastMqtt.Bench;
using Xunit;

namespace FastMqtt.Tests;

public class LatencyHistogramTests
{
    [Fact]
    public void every_magnitude_is_right_to_three_percent()
    {
        for (long value = 1; value < long.MaxValue / 3; value *= 3)
        {
            var histogram = new LatencyHistogram();
            histogram.Add(value);
            long reported = histogram.Percentile(1);
            Assert.InRange(reported, value, value + (value * 0.032));
        }
    }

    [Fact]
    public void percentile_is_by_rank()
    {
        var histogram = new LatencyHistogram();
        for (int i = 1; i <= 60; i++)
        {
            histogram.Add(i);
        }

        Assert.Equal(30, histogram.Percentile(0.5));
        Assert.Equal(60, histogram.Percentile(0.999));
        Assert.Equal(60, histogram.Count);
    }

    [Fact]
    public void nothing_counted_is_zero() => Assert.Equal(0, new LatencyHistogram().Percentile(0.5));
}

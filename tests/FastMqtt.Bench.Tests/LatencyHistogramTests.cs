// Percentiles are right to 0.8 % over the whole range of a latency.
using FastMqtt.Bench.Engine;
using Xunit;

namespace FastMqtt.Bench.Tests;

public class LatencyHistogramTests
{
    [Fact]
    public void every_magnitude_is_right_to_one_percent()
    {
        for (long value = 1; value < long.MaxValue / 3; value *= 3)
        {
            var histogram = new LatencyHistogram();
            histogram.Add(value);
            histogram.Add(long.MaxValue);
            Assert.InRange(histogram.Percentile(0.5), value, value + (value * 0.008));
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
        Assert.Equal(30.5, histogram.Mean);
    }

    [Fact]
    public void no_percentile_is_above_the_maximum()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(1_000_001);
        Assert.Equal(1_000_001, histogram.Percentile(1));
        Assert.Equal(1_000_001, histogram.Maximum);
    }

    [Fact]
    public void many_at_once_are_as_many_one_by_one()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(100, 3);
        histogram.Add(7);
        Assert.Equal(100, histogram.Percentile(0.5));
        Assert.Equal(7, histogram.Percentile(0.25));
        histogram.Clear();
        Assert.Equal(0, histogram.Count + histogram.Maximum + histogram.Percentile(0.5));
    }

    [Fact]
    public void nothing_counted_is_zero() => Assert.Equal(0, new LatencyHistogram().Percentile(0.5));
}

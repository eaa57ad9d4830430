// Figures keep three digits, and no rounding shows 1000 of a unit where 1 of the next is meant.
using FastMqtt.Compare.Results;
using Xunit;

namespace FastMqtt.Compare.Tests;

public class NumbersTests
{
    [Theory]
    [InlineData(8_758_000.0, "8.76 M")]
    [InlineData(40_200_000.0, "40.2 M")]
    [InlineData(124_499.0, "124 k")]
    [InlineData(999_499.0, "999 k")]
    [InlineData(999_500.0, "1.00 M")]
    [InlineData(999.4, "999")]
    [InlineData(999.5, "1.00 k")]
    [InlineData(0.0, "0.000")]
    [InlineData(null, "-")]
    public void rate_has_three_digits(double? value, string expected) => Assert.Equal(expected, Numbers.Rate(value));

    [Theory]
    [InlineData(0.0321, "0.032 us")]
    [InlineData(9.994, "9.99 us")]
    [InlineData(9.996, "10.0 us")]
    [InlineData(99.96, "100 us")]
    [InlineData(999.4, "999 us")]
    [InlineData(999.6, "1.00 ms")]
    [InlineData(12_345.0, "12.3 ms")]
    [InlineData(null, "-")]
    public void time_has_three_digits(double? value, string expected) =>
        Assert.Equal(expected, Numbers.Microseconds(value));

    [Theory]
    [InlineData(96.96, "97.0 x")]
    [InlineData(0.548, "0.548 x")]
    [InlineData(null, "-")]
    public void ratio_has_three_digits(double? value, string expected) => Assert.Equal(expected, Numbers.Ratio(value));

    [Fact]
    public void memory_is_mebibytes_of_kibibytes() => Assert.Equal("7.5 MiB", Numbers.Mebibytes(7680));
}

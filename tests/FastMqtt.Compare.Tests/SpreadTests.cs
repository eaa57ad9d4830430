// The median decides what is published: odd, even and single counts, whatever the order.
using FastMqtt.Compare.Results;
using Xunit;

namespace FastMqtt.Compare.Tests;

public class SpreadTests
{
    [Fact]
    public void median_of_an_odd_count_is_the_middle_one() =>
        Assert.Equal(new Spread(3, 1, 9, 3), Spread.Of([9, 1, 3]));

    [Fact]
    public void median_of_an_even_count_is_between_the_middle_two() =>
        Assert.Equal(new Spread(3.5, 1, 9, 4), Spread.Of([9, 4, 1, 3]));

    [Fact]
    public void one_value_is_its_own_spread() => Assert.Equal(new Spread(7, 7, 7, 1), Spread.Of([7]));

    [Fact]
    public void figures_are_ordered_as_numbers() => Assert.Equal(100, Spread.Of([1000, 100, 9]).Median);

    [Fact]
    public void no_values_have_no_median() => Assert.Throws<ArgumentException>(() => Spread.Of([]));
}

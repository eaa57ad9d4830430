// Decades around given values, and what they are called on an axis. Called by LogPlot.
namespace FastMqtt.Compare.Plots;

public static class LogScale
{
    // Room behind the longest bar for its figure, in decades.
    private const double TextDecades = 0.6;

    /// <summary>Exponents of ten between which all values lie, the lower one a whole decade below the least.</summary>
    public static (double From, double To) Around(IReadOnlyCollection<double> values)
    {
        double from = Math.Floor(Math.Log10(values.Min()));
        double to = Math.Log10(values.Max());
        // A bar needs a length: the least value must not sit on the axis.
        from = Math.Log10(values.Min()) - from < 0.15 ? from - 1 : from;
        return (from, to + Math.Max(TextDecades, 0.16 * (to - from)));
    }

    /// <summary>1 M, 10 k, 100, 0.01.</summary>
    public static string Name(int exponent) => exponent switch
    {
        >= 6 => $"{Power(exponent - 6)} M",
        >= 3 => $"{Power(exponent - 3)} k",
        >= 0 => Power(exponent),
        _ => $"0.{new string('0', -exponent - 1)}1",
    };

    private static string Power(int exponent) => "1" + new string('0', exponent);
}

// What several runs of the same come to: the median, with the least and the most beside it. Called by ResultSet.
namespace FastMqtt.Compare.Results;

public readonly record struct Spread(double Median, double Min, double Max, int Count)
{
    /// <exception cref="ArgumentException">There is no value: the caller says what is shown instead.</exception>
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
        {
            throw new ArgumentException("no values", nameof(values));
        }

        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1], sorted.Length);
    }
}

// How many typing mistakes lie between two words: a letter too many, one missing, another one, two neighbours swapped.
// For "did you mean" only; words are cut off where the answer is no anyway.
namespace FastMqtt.Configuration;

internal static class EditDistance
{
    /// <summary>The distance, or any number that is not below the limit.</summary>
    public static int Between(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) >= limit)
        {
            return limit;
        }

        // Three rows of the usual table: a swap looks two rows back.
        var before = new int[b.Length + 1];
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = a[i - 1] == b[j - 1] ? 0 : 1;
                int best = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + change);
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                current[j] = swapped ? Math.Min(best, before[j - 2] + 1) : best;
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[b.Length];
    }
}

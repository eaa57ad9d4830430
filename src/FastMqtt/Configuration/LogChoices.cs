// Adds up the values of log_dest and log_type: each adds to those before it, none clears them.
namespace FastMqtt.Configuration;

internal static class LogChoices
{
    public static List<string> Sum(IReadOnlyList<string> values)
    {
        var sum = new List<string>();
        foreach (string value in values)
        {
            if (value == "none")
            {
                sum.Clear();
            }
            else if (!sum.Contains(value))
            {
                sum.Add(value);
            }
        }

        return sum;
    }
}

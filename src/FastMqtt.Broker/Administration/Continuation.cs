// Where a page of a listing ended, as the text that Page.Next gives out and a query's After takes back: a letter for
// the kind of listing, the broker's own stamp, and the numbers that the listing goes on with. Text that this broker has
// not made is refused; what somebody makes up in its form leads to another place in the listing and nowhere else.

using System.Globalization;
using System.Text;

namespace FastMqtt.Broker.Administration;

internal static class Continuation
{
    public static string Write(char kind, ulong stamp, params ReadOnlySpan<ulong> numbers)
    {
        var text = new StringBuilder();
        text.Append(kind).Append(stamp.ToString("x", CultureInfo.InvariantCulture));
        foreach (ulong number in numbers)
        {
            text.Append('.').Append(number.ToString("x", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    /// <summary>The numbers; at least as many as are needed.</summary>
    /// <exception cref="ArgumentException">It is not one of this broker for this kind of listing.</exception>
    public static ulong[] Read(string text, char kind, ulong stamp, int numbersMin)
    {
        string[] parts = text.Split('.');
        var numbers = new ulong[parts.Length - 1];
        bool isOurs = parts.Length > numbersMin && parts[0] == Write(kind, stamp);
        for (int i = 0; isOurs && i < numbers.Length; i++)
        {
            isOurs = ulong.TryParse(
                parts[i + 1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out numbers[i]);
        }

        return isOurs ? numbers : throw new ArgumentException("No continuation of this listing.", nameof(text));
    }
}

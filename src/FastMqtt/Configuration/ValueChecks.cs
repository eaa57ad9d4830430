// What can be wrong with a value that has the right form. Used by the catalogue; each says what is wrong, or nothing.
using System.Net;

namespace FastMqtt.Configuration;

internal static class ValueChecks
{
    private static readonly char[] Wildcards = ['+', '#'];

    /// <summary>What is put in front of topics must be a topic, not a filter.</summary>
    public static string? TopicPrefix(string value) =>
        value.AsSpan().IndexOfAny(Wildcards) >= 0
            ? $"{Words.Quote(value)} must not contain the wildcards + and #"
            : null;

    /// <summary>Addresses and networks: 10.0.0.1, 10.0.0.0/8, fd00::/8.</summary>
    public static string? Networks(string value)
    {
        foreach (string word in value.Split(' '))
        {
            if (!IPNetwork.TryParse(word, out _) && !IPAddress.TryParse(word, out _))
            {
                return $"{Words.Quote(word)} is not an address or a network such as 10.0.0.0/8";
            }
        }

        return null;
    }

    /// <summary>An address with http or https.</summary>
    public static string? WebAddress(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out Uri? uri) && (uri.Scheme is "http" or "https")
            ? null
            : "needs an address that begins with http:// or https://"; // not shown: it may hold a password

    /// <summary>Whole numbers that are not negative.</summary>
    public static string? Numbers(string value)
    {
        foreach (string word in value.Split(' '))
        {
            if (!Configuration.Numbers.TryRead(word, out long number) || number < 0)
            {
                return $"{Words.Quote(word)} is not a number";
            }
        }

        return null;
    }
}

// What can be wrong with a value that has the right form. Used by the catalogue; each says what is wrong, or nothing.
using System.Net;

namespace FastMqtt.Configuration;

internal static class ValueChecks
{
    private static readonly char[] Wildcards = ['+', '#'];

    /// <summary>What is put in front of topics must be a topic, not a filter.</summary>
    public static string? TopicPrefix(string value) =>
        value.AsSpan().IndexOfAny(Wildcards) >= 0 ? "must not contain the wildcards + and #" : null;

    /// <summary>Addresses and networks: 10.0.0.1, 10.0.0.0/8, fd00::/8.</summary>
    public static string? Networks(string value)
    {
        foreach (string word in value.Split(' '))
        {
            if (!IPNetwork.TryParse(word, out _) && !IPAddress.TryParse(word, out _))
            {
                return $"'{word}' is not an address or a network such as 10.0.0.0/8";
            }
        }

        return null;
    }

    /// <summary>An address with http or https.</summary>
    public static string? WebAddress(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out Uri? uri) && (uri.Scheme is "http" or "https")
            ? null
            : "is not an address that begins with http:// or https://";
}

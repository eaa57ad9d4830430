// Takes a line apart as Mosquitto does, which uses strtok with a space: words end at spaces, spaces in front are
// skipped, and a tab is part of a word. Changing any of it would change what existing files mean.
namespace FastMqtt.Configuration;

internal static class Words
{
    // What C's isspace knows.
    private const string WhiteSpace = " \t\n\v\f\r";

    /// <summary>The first word; the rest begins behind the space that ends it. Empty: there is no word.</summary>
    public static string First(string text, out string rest)
    {
        int start = 0;
        while (start < text.Length && text[start] == ' ')
        {
            start++;
        }

        int end = text.IndexOf(' ', start);
        rest = end < 0 ? string.Empty : text[(end + 1)..];
        return end < 0 ? text[start..] : text[start..end];
    }

    public static string Trim(string text) => text.AsSpan().Trim(WhiteSpace).ToString();

    /// <summary>Words between spaces, tabs and commas, up to one with # in front, joined by one space each.</summary>
    public static string Join(string text)
    {
        int comment = text.StartsWith('#') ? 0 : text.IndexOf(" #", StringComparison.Ordinal);
        string[] words = (comment < 0 ? text : text[..comment])
            .Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words);
    }

    /// <summary>A text as it may stand in a message: short, and without what would break the line.</summary>
    public static string Quote(string text)
    {
        const int LengthMax = 60;
        Span<char> shown = stackalloc char[Math.Min(text.Length, LengthMax)];
        for (int i = 0; i < shown.Length; i++)
        {
            shown[i] = char.IsControl(text[i]) || char.IsSurrogate(text[i]) ? '?' : text[i];
        }

        return text.Length > LengthMax ? $"'{shown}...'" : $"'{shown}'";
    }
}

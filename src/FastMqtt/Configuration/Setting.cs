// One value that somebody has given to an option.
namespace FastMqtt.Configuration;

/// <param name="Option">What it is for.</param>
/// <param name="Text">The value as it would be written.</param>
/// <param name="Number">The value of a number, 1 and 0 of a truth, the seconds of a time; otherwise 0.</param>
/// <param name="Origin">Who gave it.</param>
internal sealed record Setting(OptionDefinition Option, string Text, long Number, Origin Origin)
{
    /// <summary>The value as it may be shown to anybody.</summary>
    public string Shown => Option.IsSecret ? "(not shown)" : WithoutCredentials(Text);

    // A web address may hold a user name and a password.
    private static string WithoutCredentials(string text)
    {
        int start = text.IndexOf("://", StringComparison.Ordinal);
        int end = start < 0 ? -1 : text.IndexOfAny(['/', '?', '#'], start + 3);
        int at = start < 0 ? -1 : text.AsSpan(0, end < 0 ? text.Length : end).LastIndexOf('@');
        return at <= start ? text : $"{text[..(start + 3)]}(not shown){text[at..]}";
    }
}

// C# with the contents of comments, strings and characters blanked out, line by line the same length, so that rules
// about code do not trip over prose. Knows verbatim, interpolated and raw strings as far as the rules need.
namespace FastMqtt.Tidy.Tests;

public static class CodeText
{
    public static string Blank(string text)
    {
        char[] code = text.ToCharArray();
        int i = 0;
        while (i < code.Length)
        {
            int end = EndOfProse(text, i);
            if (end == i)
            {
                i++;
                continue;
            }

            for (; i < end; i++)
            {
                code[i] = code[i] == '\n' ? '\n' : ' ';
            }
        }

        return new string(code);
    }

    // The index behind the comment, string or character that begins at i; i itself when none begins there.
    private static int EndOfProse(string text, int i)
    {
        string rest = text.Substring(i, Math.Min(3, text.Length - i));
        return rest switch
        {
            ['/', '/', ..] => IndexOrEnd(text, "\n", i),
            ['/', '*', ..] => After(text, "*/", i + 2),
            "\"\"\"" => After(text, RawQuotes(text, i), i + RawQuotes(text, i).Length),
            ['@', '"', ..] => EndOfVerbatim(text, i + 2),
            ['"', ..] => EndOfQuoted(text, i, '"'),
            ['\'', ..] => EndOfQuoted(text, i, '\''),
            _ => i,
        };
    }

    private static string RawQuotes(string text, int i)
    {
        int end = i;
        while (end < text.Length && text[end] == '"')
        {
            end++;
        }

        return text[i..end];
    }

    private static int EndOfVerbatim(string text, int i)
    {
        while (i < text.Length)
        {
            if (text[i] != '"')
            {
                i++;
            }
            else if (i + 1 < text.Length && text[i + 1] == '"')
            {
                i += 2;
            }
            else
            {
                return i + 1;
            }
        }

        return i;
    }

    private static int EndOfQuoted(string text, int start, char quote)
    {
        for (int i = start + 1; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == quote)
            {
                return i + 1;
            }
        }

        return start + 1;
    }

    private static int After(string text, string mark, int from)
    {
        int found = text.IndexOf(mark, Math.Min(from, text.Length), StringComparison.Ordinal);
        return found < 0 ? text.Length : found + mark.Length;
    }

    private static int IndexOrEnd(string text, string mark, int from)
    {
        int found = text.IndexOf(mark, from, StringComparison.Ordinal);
        return found < 0 ? text.Length : found;
    }
}

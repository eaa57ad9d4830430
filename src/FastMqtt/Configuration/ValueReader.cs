// Reads the value of an option from the rest of its line, by the option's kind, and says what is wrong with it. Accepts
// what Mosquitto accepts; where Mosquitto silently takes a wrong value for another one, it is a mistake here.
using System.Globalization;
using System.Text;

namespace FastMqtt.Configuration;

internal static class ValueReader
{
    // Mosquitto's limit of a text, in bytes.
    private const int TextBytesMax = 65_535;

    /// <summary>Reads a value. Null: it is good; otherwise what is wrong.</summary>
    public static string? Read(OptionDefinition option, string rest, out string text, out long number)
    {
        number = 0;
        string word = Words.First(rest, out _);
        string? mistake = option.Kind switch
        {
            OptionKind.Boolean => ReadBoolean(word, out text, out number),
            OptionKind.Integer => ReadInteger(option, word, out text, out number),
            OptionKind.Duration => ReadDuration(option, word, out text, out number),
            OptionKind.Choice => ReadChoice(option, word, out text),
            OptionKind.Words => ReadWords(option, rest, out text),
            OptionKind.Listener => ListenerValue.Read(rest, out text, out number),
            OptionKind.LogDestination => ReadDestination(option, rest, out text),
            OptionKind.Durability => ReadDurability(option, rest, out text, out number),
            OptionKind.BridgeTopic => BridgeTopic.Read(rest, out text),
            OptionKind.Ignored => Ignore(rest, out text),
            _ => ReadText(option, rest, out text),
        };
        mistake ??= option.Check?.Invoke(text);
        return mistake;
    }

    private static string? ReadBoolean(string word, out string text, out long number)
    {
        number = word is "true" or "1" ? 1 : 0;
        text = number != 0 ? "true" : "false";
        return word switch
        {
            "true" or "1" or "false" or "0" => null,
            "" => "needs a value: true or false",
            _ => $"{Words.Quote(word)} is neither true nor false",
        };
    }

    private static string? ReadInteger(OptionDefinition option, string word, out string text, out long number)
    {
        text = string.Empty;
        number = 0;
        if (word.Length == 0)
        {
            return $"needs a value: a number from {option.Minimum} to {option.Maximum}";
        }

        if (!Numbers.TryRead(word, out number))
        {
            return $"{Words.Quote(word)} is not a number";
        }

        return Bound(option, word, ref number, out text);
    }

    private static string? Bound(OptionDefinition option, string word, ref long number, out string text)
    {
        bool isBelow = number < option.Minimum;
        bool isAbove = number > option.Maximum;
        if ((isBelow && option.Below is null) || (isAbove && option.Above is null))
        {
            text = string.Empty;
            return $"{Words.Quote(word)} is not a number from {option.Minimum} to {option.Maximum}";
        }

        number = isBelow ? option.Below!.Value : isAbove ? option.Above!.Value : number;
        text = number.ToString(CultureInfo.InvariantCulture);
        return null;
    }

    private static string? ReadDuration(OptionDefinition option, string word, out string text, out long number)
    {
        number = 0;
        text = word;
        long unit = word.Length == 0 ? 0 : word[^1] switch
        {
            's' => 1,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            'm' => 30 * 86_400, // months of 30 days and years of 365, as in Mosquitto
            'y' => 365 * 86_400,
            _ => 0,
        };
        bool isNumber = long.TryParse(
            word.AsSpan(0, Math.Max(0, word.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out number);
        if (unit == 0 || !isNumber || number < 1 || number > option.Maximum / unit)
        {
            return $"{Words.Quote(word)} is not a number and one of s h d w m y, such as 14d";
        }

        number *= unit;
        return null;
    }

    private static string? ReadChoice(OptionDefinition option, string word, out string text)
    {
        text = word;
        foreach (string choice in option.Choices)
        {
            if (word == choice)
            {
                return null;
            }
        }

        string list = string.Join(", ", option.Choices);
        return word.Length == 0 ? $"needs a value: one of {list}" : $"{Words.Quote(word)} is not one of {list}";
    }

    private static string? ReadWords(OptionDefinition option, string rest, out string text)
    {
        text = Words.Join(rest);
        if (text.Length == 0)
        {
            return "needs a value";
        }

        foreach (string word in option.Choices.Count > 0 ? text.Split(' ') : [])
        {
            if (ReadChoice(option, word, out _) is { } mistake)
            {
                return mistake;
            }
        }

        return null;
    }

    private static string? ReadDestination(OptionDefinition option, string rest, out string text)
    {
        string word = Words.First(rest, out string path);
        string? mistake = ReadChoice(option, word, out text);
        if (mistake is not null || word != "file")
        {
            return mistake;
        }

        mistake = ReadText(option, path, out string file);
        text = $"file {file}";
        return mistake is null ? null : "file needs a path";
    }

    private static string? ReadDurability(OptionDefinition option, string rest, out string text, out long number)
    {
        number = 0;
        string word = Words.First(rest, out string seconds);
        string? mistake = ReadChoice(option, word, out text);
        if (mistake is not null || word != "interval")
        {
            return mistake;
        }

        mistake = ReadInteger(option, Words.First(seconds, out _), out string interval, out number);
        text = $"interval {interval}";
        return mistake is null ? null : $"interval {mistake}";
    }

    private static string? Ignore(string rest, out string text)
    {
        text = Words.Trim(rest);
        return null;
    }

    private static string? ReadText(OptionDefinition option, string rest, out string text)
    {
        text = Words.Trim(rest);
        int bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes == 0)
        {
            return "needs a value";
        }

        foreach (char character in text)
        {
            if (char.IsControl(character))
            {
                return $"has the control character U+{(int)character:X4} in its value";
            }
        }

        long most = Math.Min(option.Maximum, TextBytesMax);
        return bytes > most ? $"is longer than {most} bytes" : null;
    }
}

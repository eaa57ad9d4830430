// Options of the command line with their bounds: a mistake names the text and the bounds, in one line.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace FastMqtt.Bench.Commands;

public static class OptionFactory
{
    /// <summary>Without a normal value the help names none, and an option that is not given reads as 0.</summary>
    public static Option<int> Number(
        string name, string alias, string helpName, string description, int? normal, int least, int most = int.MaxValue)
    {
        var option = new Option<int>(name, AliasesOf(alias))
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = normal is { } value ? _ => value : null,
        };
        option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            return int.TryParse(text, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
                ? value
                : Refuse(result, text, least, most, most == int.MaxValue, least);
        };
        return option;
    }

    public static Option<double> Real(
        string name, string alias, string helpName, string description, double normal, double least, double most)
    {
        var option = new Option<double>(name, AliasesOf(alias))
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => normal,
        };
        option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            return double.TryParse(text, CultureInfo.InvariantCulture, out double value)
                && value >= least && value <= most
                ? value
                : Refuse(result, text, least, most, false, normal);
        };
        return option;
    }

    /// <summary>One of a few words.</summary>
    public static Option<string> Word(string name, string alias, string description, params string[] words)
    {
        var option = new Option<string>(name, AliasesOf(alias))
        {
            HelpName = string.Join('|', words),
            Description = description,
            DefaultValueFactory = _ => words[0],
        };
        option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Array.IndexOf(words, text) < 0)
            {
                result.AddError($"'{text}' is not one of {string.Join(", ", words)}");
            }

            return text;
        };
        return option;
    }

    public static Option<string?> Text(string name, string alias, string helpName, string description) =>
        new(name, AliasesOf(alias)) { HelpName = helpName, Description = description };

    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    private static string[] AliasesOf(string alias) => alias.Length > 0 ? [alias] : [];

    private static T Refuse<T>(ArgumentResult result, string text, T least, T most, bool isOpen, T normal)
    {
        result.AddError(isOpen
            ? string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a number of at least {least}")
            : string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a number from {least} to {most}"));
        return normal;
    }
}

// The catalogue as the table in docs/CONFIGURATION.md. A test compares the two; `fastmqtt check --options` prints it.
namespace FastMqtt.Configuration;

internal static class OptionTable
{
    public static void Write(TextWriter output)
    {
        Section(output, "The broker", OptionScope.Global);
        Section(output, "Access: all listeners, or each with per_listener_settings", OptionScope.Security);
        Section(output, "Listeners", OptionScope.Listener);
        Section(output, "Bridges", OptionScope.Bridge);
        Section(output, "Plugins", OptionScope.Plugin);
    }

    private static void Section(TextWriter output, string title, OptionScope scope)
    {
        output.WriteLine($"### {title}");
        output.WriteLine();
        output.WriteLine("| option | value | default | reload | what it is |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (OptionDefinition option in OptionCatalogue.All)
        {
            if (option.Scope == scope)
            {
                output.WriteLine(Row(option));
            }
        }

        output.WriteLine();
    }

    private static string Row(OptionDefinition option)
    {
        string star = option.IsPrefix ? "*" : string.Empty;
        string name = $"`{option.Name}{star}`{(option.IsOwn ? " (own)" : string.Empty)}";
        foreach (string alias in option.Aliases)
        {
            name += $", `{alias}{star}`";
        }

        string value = option.Default.Length > 0 ? $"`{option.Default}`" : string.Empty;
        return $"| {name} | {Value(option)} | {value} | {Reload(option)} | {option.Description}{Remark(option)} |";
    }

    private static string Value(OptionDefinition option) => option.Kind switch
    {
        OptionKind.Boolean => "true, false",
        OptionKind.Integer when option.Minimum == int.MinValue => "number",
        OptionKind.Integer => $"{option.Minimum} to {option.Maximum} {option.Unit}".TrimEnd(),
        OptionKind.Duration => "number and one of s h d w m y",
        OptionKind.Choice or OptionKind.LogDestination => string.Join(", ", option.Choices),
        OptionKind.Words => option.Choices.Count > 0 ? $"some of {string.Join(", ", option.Choices)}" : "words",
        OptionKind.InputFile or OptionKind.OutputFile => "file",
        OptionKind.Directory => "directory",
        OptionKind.Listener => "PORT [ADDRESS]",
        OptionKind.Durability => "commit, interval SECONDS, off",
        OptionKind.BridgeTopic => "topic",
        OptionKind.Ignored => string.Empty,
        _ => option.Maximum < int.MaxValue ? $"text, {option.Maximum} bytes" : "text",
    };

    private static string Reload(OptionDefinition option) => option switch
    {
        { Support: not OptionSupport.Implemented } => string.Empty,
        { Reload: ReloadRule.Applied } => "yes",
        { Reload: ReloadRule.FileOnly } => "its content",
        _ => "restart",
    };

    private static string Remark(OptionDefinition option)
    {
        string remark = option.Support switch
        {
            OptionSupport.NotSupported => $". **Not supported**: {option.Why}",
            OptionSupport.NoEffect => $". No effect: {option.Why}",
            _ => option.Why.Length > 0 ? $"; {option.Why}" : string.Empty,
        };
        foreach ((string value, string why) in option.UnsupportedValues)
        {
            remark += $". **`{value}` is not supported**: {why}";
        }

        return option.Repeat == OptionRepeat.Adds && option.Support == OptionSupport.Implemented
            ? remark + "; may be given several times"
            : remark;
    }
}

// Short forms for the entries of the catalogue, one for each common kind of option. Used by the catalogue's parts only.
namespace FastMqtt.Configuration;

internal static class Define
{
    private static readonly string[] TrueFalse = ["true", "false"];

    public static OptionDefinition Boolean(string name, OptionScope scope, bool value, string description) =>
        new(name, OptionKind.Boolean, scope, description)
        {
            Default = value ? "true" : "false",
            Choices = TrueFalse,
            Minimum = 0,
            Maximum = 1,
        };

    /// <summary>A number; the default is written as it would be in a file.</summary>
    public static OptionDefinition Integer(
        string name, OptionScope scope, string value, long least, long most, string description) =>
        new(name, OptionKind.Integer, scope, description) { Default = value, Minimum = least, Maximum = most };

    public static OptionDefinition Text(string name, OptionScope scope, string description) =>
        new(name, OptionKind.Text, scope, description) { Repeat = OptionRepeat.Refused };

    public static OptionDefinition Choice(
        string name, OptionScope scope, string value, string[] choices, string description) =>
        new(name, OptionKind.Choice, scope, description) { Default = value, Choices = choices };

    public static OptionDefinition InputFile(string name, OptionScope scope, string description) =>
        new(name, OptionKind.InputFile, scope, description);

    public static OptionDefinition Own(this OptionDefinition option) => option with { IsOwn = true };

    public static OptionDefinition AtStartOnly(this OptionDefinition option) =>
        option with { Reload = ReloadRule.Restart };

    public static OptionDefinition In(this OptionDefinition option, string unit) => option with { Unit = unit };

    public static OptionDefinition NotSupported(this OptionDefinition option, string why) =>
        option with { Support = OptionSupport.NotSupported, Why = why };

    public static OptionDefinition WithoutEffect(this OptionDefinition option, string why) =>
        option with { Support = OptionSupport.NoEffect, Why = why };
}

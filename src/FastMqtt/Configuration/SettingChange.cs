// One option that a new configuration changes.
namespace FastMqtt.Configuration;

/// <param name="Name">The option, with its listener when it belongs to one.</param>
/// <param name="Option">The option itself; "listener" when one came or went.</param>
/// <param name="Before">The value that held.</param>
/// <param name="After">The value that is asked for.</param>
/// <param name="IsApplied">Whether it holds now; otherwise from the next start, if ever.</param>
internal readonly record struct SettingChange(
    string Name, OptionDefinition Option, string Before, string After, bool IsApplied)
{
    public override string ToString() => $"{Name}: {Before} -> {After} ({Verdict})";

    private string Verdict => Option.Support switch
    {
        OptionSupport.NotSupported => "not supported",
        OptionSupport.NoEffect => "no effect",
        _ => IsApplied ? "applied" : "needs a restart",
    };
}

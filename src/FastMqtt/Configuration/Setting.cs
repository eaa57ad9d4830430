// One value that somebody has given to an option.
namespace FastMqtt.Configuration;

/// <param name="Option">What it is for.</param>
/// <param name="Text">The value as it would be written.</param>
/// <param name="Number">The value of a number, 1 and 0 of a truth, the seconds of a time; otherwise 0.</param>
/// <param name="Origin">Who gave it.</param>
internal sealed record Setting(OptionDefinition Option, string Text, long Number, Origin Origin)
{
    /// <summary>The value as it may be shown to anybody.</summary>
    public string Shown => Option.IsSecret ? "(not shown)" : Text;
}

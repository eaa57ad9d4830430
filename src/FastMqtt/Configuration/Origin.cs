// Where a value comes from. The kinds are in rising order: a later one overrides an earlier one.
namespace FastMqtt.Configuration;

internal enum OriginKind
{
    Default,
    File,
    Environment,
    CommandLine,
}

/// <param name="Kind">What overrides what.</param>
/// <param name="Name">File, environment variable or flag.</param>
/// <param name="Line">Line of the file; 0 elsewhere.</param>
/// <param name="IsIncluded">A file that another one includes.</param>
internal readonly record struct Origin(OriginKind Kind, string Name, int Line = 0, bool IsIncluded = false)
{
    public static Origin Default { get; } = new(OriginKind.Default, "default");

    public static Origin Environment(string variable) => new(OriginKind.Environment, variable);

    public static Origin CommandLine(string flag) => new(OriginKind.CommandLine, flag);

    /// <summary>As in the log of a start, where the main file needs no name.</summary>
    public string Short => Kind == OriginKind.File && !IsIncluded ? $"line {Line}" : ToString();

    public override string ToString() => Line > 0 ? $"{Name}:{Line}" : Name;
}

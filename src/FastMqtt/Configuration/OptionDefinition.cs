// One option as everything else sees it: the parser, the checks, the reload, the printed table. Made by the catalogue
// only. A value is a text and, where it is a number, a truth or a time, that as a number.
namespace FastMqtt.Configuration;

internal sealed record OptionDefinition(string Name, OptionKind Kind, OptionScope Scope, string Description)
{
    /// <summary>What holds when nobody says otherwise, as it would be written; empty: nothing.</summary>
    public string Default { get; init; } = string.Empty;

    public long Minimum { get; init; } = int.MinValue;

    public long Maximum { get; init; } = int.MaxValue;

    /// <summary>Taken instead of a smaller value; null: a smaller value is a mistake.</summary>
    public long? Below { get; init; }

    /// <summary>Taken instead of a larger value; null: a larger value is a mistake.</summary>
    public long? Above { get; init; }

    /// <summary>Unit of a number: seconds, bytes; empty: a count.</summary>
    public string Unit { get; init; } = string.Empty;

    /// <summary>The words that a Choice may be.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    public OptionRepeat Repeat { get; init; }

    public ReloadRule Reload { get; init; }

    public OptionSupport Support { get; init; }

    /// <summary>Why it is not supported or has no effect; for an implemented one a remark in the table.</summary>
    public string Why { get; init; } = string.Empty;

    /// <summary>Values of a supported option that are not supported, with the reason.</summary>
    public IReadOnlyDictionary<string, string> UnsupportedValues { get; init; } = NoValues;

    /// <summary>Other spellings, most of them old.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Says what is wrong with a well-formed value, null when nothing is; null: nothing can be.</summary>
    public Func<string, string?>? Check { get; init; }

    /// <summary>Not one of Mosquitto's.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Never printed: a password or a key.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The name is only the beginning of it: plugin_opt_*.</summary>
    public bool IsPrefix { get; init; }

    private static readonly Dictionary<string, string> NoValues = [];
}

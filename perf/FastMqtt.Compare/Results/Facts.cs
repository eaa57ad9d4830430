// Where, when, with what and how a run was made: without these its figures are none. Gathered by FactsReader, printed
// in every result, the README and the plots.
namespace FastMqtt.Compare.Results;

public sealed record Facts
{
    public required DateTimeOffset Start { get; init; }

    public required string Command { get; init; }

    public required string Commit { get; init; }

    /// <summary>Processor and cores.</summary>
    public required string Machine { get; init; }

    public required string System { get; init; }

    /// <summary>By broker.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    public required string Generator { get; init; }

    public required int Rounds { get; init; }

    public required double Seconds { get; init; }

    public required bool IsQuick { get; init; }

    /// <summary>The system's load average before and after: a busy machine measures itself.</summary>
    public required string LoadBefore { get; init; }

    public string LoadAfter { get; init; } = string.Empty;

    public string Date => FormattableString.Invariant($"{Start.UtcDateTime:yyyy-MM-dd}");

    public string Method => Rounds == 1 ? "one round" : $"medians of {Rounds} rounds";

    public string VersionList => string.Join(", ", Versions.Values);
}

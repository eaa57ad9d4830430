// One run: which workload, which broker, in which round, and either figures or the reason why there are none to use.
// Made by LoadTool and BenchTool, collected in Results/ResultSet, written to the .json file.
using System.Text.Json.Nodes;

namespace FastMqtt.Compare.Running;

public sealed record Sample
{
    public required string Workload { get; init; }

    public required string Broker { get; init; }

    public bool IsPinned { get; init; }

    public int Round { get; init; }

    /// <summary>Program and arguments, as they were run.</summary>
    public string Command { get; init; } = string.Empty;

    /// <summary>What the tool reported and what was measured around it: numbers under their names.</summary>
    public JsonObject Figures { get; init; } = [];

    /// <summary>Why the run does not count; null when every check passed.</summary>
    public string? Failure { get; init; }

    public bool IsOk => Failure is null;

    public double? Figure(string name) =>
        Figures.TryGetPropertyValue(name, out JsonNode? node)
            && node is JsonValue value && value.TryGetValue(out double number)
            ? number
            : null;
}

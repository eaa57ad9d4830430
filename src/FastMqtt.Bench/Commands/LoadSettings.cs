// What differs between the two programs that offer the load modes: fastmqtt itself and the load tool.
using FastMqtt.Bench.Engine;

namespace FastMqtt.Bench.Commands;

public sealed record LoadSettings(TextWriter Output, TextWriter Error)
{
    /// <summary>How mistakes and failures are signed.</summary>
    public required string Program { get; init; }

    /// <summary>Whether a result is a line of JSON unless a table is asked for, or the other way round.</summary>
    public bool IsJson { get; init; }

    /// <summary>
    /// Makes TLS of a host and a file of authorities (null: any broker is trusted); null: there is none.
    /// </summary>
    public Func<string, string?, Security>? Security { get; init; }

    public string TopicPrefix { get; init; } = string.Empty;

    /// <summary>The exit code of a run that failed its check or could not finish.</summary>
    public int FailureCode { get; init; } = 1;
}

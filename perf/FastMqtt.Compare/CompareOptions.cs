// What the command line asks for. Read by CompareCommand.
namespace FastMqtt.Compare;

internal sealed record CompareOptions
{
    public required string BrokersFile { get; init; }

    public required string WorkloadsFile { get; init; }

    public required string Results { get; init; }

    public required string Load { get; init; }

    public required string Bench { get; init; }

    public IReadOnlyList<string> Brokers { get; init; } = [];

    public IReadOnlyList<string> Only { get; init; } = [];

    public bool IsQuick { get; init; }

    public bool IsLong { get; init; }

    public bool WithPinned { get; init; }

    public int Rounds { get; init; }

    public double Seconds { get; init; }

    public bool? RewritesReadme { get; init; }

    /// <summary>A file of raw results whose pages are written again, without a run.</summary>
    public string? Report { get; init; }

    /// <summary>All of `make bench`: only such a run may speak for the product without being asked.</summary>
    public bool IsFull => !IsQuick && Brokers.Count == 0 && Only.Count == 0 && WithPinned && Rounds >= 3;
}

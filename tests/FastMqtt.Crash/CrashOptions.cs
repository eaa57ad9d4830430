// What the command line asks for. Read by CrashCommand.
namespace FastMqtt.Crash;

internal sealed record CrashOptions
{
    public required Mode Mode { get; init; }

    public required string Broker { get; init; }

    public required int Seed { get; init; }

    public required int Rounds { get; init; }

    public required double Seconds { get; init; }

    public required int Kills { get; init; }

    public required int Cuts { get; init; }

    public required bool Persistence { get; init; }

    public IReadOnlyList<string> Lines { get; init; } = [];
}

// What a round was like and what was wrong with it.
using FastMqtt.Crash.Checks;

namespace FastMqtt.Crash.Rounds;

internal sealed class RoundResult
{
    public required int Seed { get; init; }

    public Complaints Complaints { get; } = new();

    public bool Passed => Complaints.IsEmpty;

    // What the mode counts, for the line of the round.
    public string Figures { get; set; } = "";

    // Kept when the round has failed.
    public required string Root { get; init; }
}

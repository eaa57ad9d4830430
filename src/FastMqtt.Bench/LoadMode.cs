// What a run measures; ModeNames has the words of the command line and of the results.
namespace FastMqtt.Bench;

public enum LoadMode
{
    /// <summary>Steady state: as much as the windows allow, for a time.</summary>
    Throughput,

    /// <summary>A fixed rate, each message timed from when it was due.</summary>
    Latency,

    /// <summary>Rounds of so many messages with so many outstanding end to end; the median round counts.</summary>
    Seed,
}

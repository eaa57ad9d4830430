// The grammar of the command line. Called by Program.
using System.CommandLine;

namespace FastMqtt.Crash;

internal static class CrashCommand
{
    private const int RoundsNormal = 20;
    private const int CutsNormal = 60;
    private const int KillsNormal = 3;
    private const double SecondsNormal = 1.5;
    private const int SeedEnd = 1_000_000;

    public static RootCommand Create(Func<CrashOptions, int> run)
    {
        Option<bool> powerLoss = Switch("--power-loss", "Cut the power: start from what a disk would hold. Needs gcc "
            + "and a broker that is linked dynamically, such as \"dotnet fastmqtt.dll\"");
        Option<bool> diskTrouble = Switch("--disk-trouble", "A slow disk, a full disk, a failing disk. Needs the same");
        Option<bool> checkShim = Switch("--check-shim", "No broker: whether --power-loss sees what SQLite loses. Needs "
            + "gcc and the program sqlite3");
        Option<string> broker = Value("--broker", "The broker: a program and arguments, separated by spaces",
            "artifacts/fastmqtt");
        Option<int> seed = Value("--seed", "Where random choices begin (random)", Random.Shared.Next(SeedEnd));
        Option<int?> only = new("--only") { Description = "One round, with this seed" };
        Option<int?> rounds = new("--rounds")
        {
            Description = $"Rounds ({RoundsNormal}; 1 in the other modes)",
        };
        Option<double> seconds = Value("--seconds", "Seconds of load in a round", SecondsNormal);
        Option<int> kills = Value("--kills", "Kills under load in a round; 0: connections end, the broker stays",
            KillsNormal);
        Option<int> cuts = Value("--cuts", "Moments at which the power fails, in a round of --power-loss", CutsNormal);
        Option<bool> noPersistence =
            Switch("--no-persistence", "Say nothing of persistence to the broker: with kills it must lose");
        Option<string[]> lines = new("--line") { Description = "A line more for the broker's configuration file" };
        var command = new RootCommand("Kills a broker under load and looks for what it has lost.")
        {
            powerLoss, diskTrouble, checkShim, broker, seed, only, rounds, seconds, kills, cuts, noPersistence, lines,
        };
        command.SetAction(parsed =>
        {
            Mode mode = parsed.GetValue(powerLoss) ? Mode.PowerLoss
                : parsed.GetValue(diskTrouble) ? Mode.DiskTrouble
                : parsed.GetValue(checkShim) ? Mode.CheckShim
                : Mode.Kill;
            int? one = parsed.GetValue(only);
            return run(new CrashOptions
            {
                Mode = mode,
                Broker = parsed.GetRequiredValue(broker),
                Seed = one ?? parsed.GetValue(seed),
                Rounds = one is not null ? 1 : parsed.GetValue(rounds) ?? (mode == Mode.Kill ? RoundsNormal : 1),
                Seconds = parsed.GetValue(seconds),
                Kills = parsed.GetValue(kills),
                Cuts = parsed.GetValue(cuts),
                Persistence = !parsed.GetValue(noPersistence),
                Lines = parsed.GetValue(lines) ?? [],
            });
        });
        return command;
    }

    private static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    private static Option<T> Value<T>(string name, string description, T normal) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => normal,
    };
}

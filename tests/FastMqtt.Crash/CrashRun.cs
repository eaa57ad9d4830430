// All rounds of a run, each in a directory of its own, and the sum of them.
using FastMqtt.Crash.Power;
using FastMqtt.Crash.Rounds;
using FastMqtt.Crash.Trouble;

namespace FastMqtt.Crash;

internal sealed class CrashRun(CrashOptions options, TextWriter output)
{
    private const int Failure = 1;

    private int _passed;
    private int _failed;

    public int Execute()
    {
        for (int i = 0; i < options.Rounds; i++)
        {
            Report(RunRound(options.Seed + i, Directory.CreateTempSubdirectory("fastmqtt-crash-").FullName));
        }

        output.WriteLine($"{_passed} passed, {_failed} failed");
        return _failed == 0 ? 0 : Failure;
    }

    // What a broker sends can be so wrong that no client can go on.
    private RoundResult RunRound(int seed, string root)
    {
        try
        {
            return RunMode(seed, root);
        }
        catch (Exception failure) when (failure is InvalidDataException or InvalidOperationException or IOException)
        {
            var result = new RoundResult { Seed = seed, Root = root, Figures = "broken off" };
            result.Complaints.Add("broken off", failure.Message);
            return result;
        }
    }

    private RoundResult RunMode(int seed, string root)
    {
        switch (options.Mode)
        {
            case Mode.CheckShim:
                return new ShimCheck(options, seed, root).Run();
            case Mode.PowerLoss:
                using (var round = new PowerLossRound(options, seed, root))
                {
                    return round.Run();
                }

            case Mode.DiskTrouble:
                using (var round = new DiskTroubleRound(options, seed, root))
                {
                    return round.Run();
                }

            default:
                using (var round = new CrashRound(options, seed, root))
                {
                    return round.Run();
                }
        }
    }

    private void Report(RoundResult result)
    {
        string verdict = result.Passed ? "passed" : "FAILED";
        output.WriteLine($"seed {result.Seed}: {verdict}, {result.Figures}");
        foreach (string line in result.Complaints.Lines())
        {
            output.WriteLine($"    {line}");
        }

        if (result.Passed)
        {
            _passed++;
            Directory.Delete(result.Root, recursive: true);
        }
        else
        {
            _failed++;
            output.WriteLine($"    kept: {result.Root}");
        }
    }
}

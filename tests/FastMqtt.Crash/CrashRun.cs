// All rounds of a run, each in a directory of its own, and the sum of them.
using System.Globalization;
using FastMqtt.Crash.Power;
using FastMqtt.Crash.Rounds;

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
            Report(RunRound(options.Seed + i));
        }

        output.WriteLine($"{_passed} passed, {_failed} failed");
        return _failed == 0 ? 0 : Failure;
    }

    private RoundResult RunRound(int seed)
    {
        string root = Directory.CreateTempSubdirectory($"fastmqtt-crash-{seed}-").FullName;
        switch (options.Mode)
        {
            case Mode.CheckShim:
                return new ShimCheck(options, seed, root).Run();
            case Mode.PowerLoss:
                using (var round = new PowerLossRound(options, seed, root))
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
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"seed {result.Seed}: {verdict}, {result.Figures}"));
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

// Turns what stops a command into one line on stderr and the exit code of a failure.
namespace FastMqtt.Bench.Commands;

internal static class Guard
{
    public static int Run(LoadSettings settings, Func<bool> measure)
    {
        try
        {
            return measure() ? 0 : settings.FailureCode;
        }
        catch (BenchException failure)
        {
            settings.Error.WriteLine($"{settings.Program}: {failure.Message}");
            return settings.FailureCode;
        }
    }
}

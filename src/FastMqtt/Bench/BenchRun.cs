// Runs a benchmark and turns whatever stops it into one line on stderr and exit code 1.
using System.Net.Sockets;

namespace FastMqtt.Bench;

internal static class BenchRun
{
    public static int Guard(BenchTarget target, TextWriter error, Action bench)
    {
        try
        {
            bench();
            return ExitCodes.Success;
        }
        catch (BenchException exception)
        {
            error.WriteLine($"fastmqtt: {exception.Message}");
        }
        catch (SocketException exception)
        {
            error.WriteLine($"fastmqtt: {target}: {exception.Message}");
        }

        return ExitCodes.Failure;
    }
}

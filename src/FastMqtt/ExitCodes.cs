// The exit codes of every command, in one place because scripts and service managers depend on them.
namespace FastMqtt;

internal static class ExitCodes
{
    /// <summary>The command did what it was asked to do.</summary>
    public const int Success = 0;

    /// <summary>The command ran and its answer is no: not healthy, a benchmark that could not finish.</summary>
    public const int Failure = 1;

    /// <summary>The command could not start: a bad option, a bad address, a port that is taken.</summary>
    public const int Usage = 2;

    /// <summary>What a shell reports for a process that ended by a signal: this plus the signal's number.</summary>
    public const int SignalBase = 128;
}

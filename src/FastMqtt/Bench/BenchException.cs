// Ends a benchmark with one line for the person who ran it: the broker closed, answered wrongly, or fell silent.
// Caught in one place, BenchRun; never used for flow on the measured path.
namespace FastMqtt.Bench;

internal sealed class BenchException : Exception
{
    public BenchException()
    {
    }

    public BenchException(string message)
        : base(message)
    {
    }

    public BenchException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

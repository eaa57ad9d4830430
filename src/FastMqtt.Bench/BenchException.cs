// Ends a run with one line for the person who asked for it: the broker closed, answered wrongly, damaged a message or
// fell silent. Caught in one place, LoadRun; never used for flow on the measured path.
namespace FastMqtt.Bench;

public sealed class BenchException : Exception
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

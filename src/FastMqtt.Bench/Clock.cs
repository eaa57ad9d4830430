// The monotonic clock in nanoseconds, which is what Linux counts in. Time stamps of messages are of this clock, so
// publisher and subscriber must be in one process.
using System.Diagnostics;

namespace FastMqtt.Bench;

internal static class Clock
{
    public const long SecondNanoseconds = 1_000_000_000;
    public const double SecondNanosecondsReal = SecondNanoseconds;

    public static long Now
    {
        get
        {
            Debug.Assert(Stopwatch.Frequency == SecondNanoseconds, "The system counts in other units.");
            return Stopwatch.GetTimestamp();
        }
    }

    public static long FromSeconds(double seconds) => (long)(seconds * SecondNanoseconds);

    public static double ToSeconds(long nanoseconds) => nanoseconds / SecondNanosecondsReal;
}

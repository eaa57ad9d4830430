// A line a second on stderr for a run that lasts, so that nobody wonders whether it still does something.
using System.Globalization;

namespace FastMqtt.Bench.Report;

internal sealed class Progress(bool isWanted)
{
    // A run that is over in this time says nothing on the way.
    private const long FirstNanoseconds = 2 * Clock.SecondNanoseconds;

    private readonly long _begin = Clock.Now;
    private long _next = isWanted ? Clock.Now + FirstNanoseconds : long.MaxValue;
    private long _received;

    public void Report(long now, long received)
    {
        if (now < _next)
        {
            return;
        }

        _next += Clock.SecondNanoseconds;
        double seconds = Clock.ToSeconds(now - _begin);
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{seconds:0} s: {received:#,0} messages, {received - _received:#,0} since the last line"));
        _received = received;
    }
}

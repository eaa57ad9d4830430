// How often a line may be logged that strangers can cause: so many a second, and the next one says how many were not.
// A field of whoever logs; belongs to one dispatcher.

namespace FastMqtt.Broker.Diagnostics;

internal struct LogAllowance(int linesPerSecond)
{
    private long _second;
    private int _taken;
    private long _skipped;

    /// <summary>
    /// Whether to log it now; then <paramref name="skipped"/> is how many were not since the last one.
    /// </summary>
    public bool TryTake(long nowMilliseconds, out long skipped)
    {
        long second = nowMilliseconds / 1000;
        if (second != _second)
        {
            _second = second;
            _taken = 0;
        }

        if (_taken == linesPerSecond)
        {
            _skipped++;
            skipped = 0;
            return false;
        }

        _taken++;
        skipped = _skipped;
        _skipped = 0;
        return true;
    }
}

// Gives the service manager a sign of life as long as the dispatchers give one: when one hangs, the signs end, and the
// manager starts the broker anew. Twice as often as asked for, as sd_watchdog_enabled(3) advises.
using System.Globalization;

namespace FastMqtt.Hosting;

internal sealed class Watchdog : IDisposable
{
    private readonly ITimer _timer;

    public Watchdog(TimeSpan limit, Func<bool> isAlive, Action sayAlive, TimeProvider? time = null)
    {
        TimeSpan period = limit / 2;
        _timer = (time ?? TimeProvider.System).CreateTimer(
            _ =>
            {
                if (isAlive())
                {
                    sayAlive();
                }
            },
            null,
            period,
            period);
    }

    /// <summary>What WATCHDOG_USEC and WATCHDOG_PID ask for; null: nothing, or another process.</summary>
    public static TimeSpan? Limit(string? microseconds, string? process) =>
        long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out long limit)
        && limit > 0
        && (process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(limit)
            : null;

    public void Dispose() => _timer.Dispose();
}

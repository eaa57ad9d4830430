// How exactly the calling thread sleeps. Only a load generator needs it: the broker waits for events and coarse timers.

using System.Runtime.Versioning;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport;

[SupportedOSPlatform("linux")]
internal static unsafe class PreciseTiming
{
    // 1 us. The system's default lets every sleep last 50 us longer, as long as a whole message takes here.
    private const int SlackNanoseconds = 1000;

    /// <summary>Lets the calling thread's sleeps end within a microsecond of what was asked.</summary>
    public static void TightenTimers() => _ = Libc.ProcessControl(Libc.SetTimerSlack, SlackNanoseconds, 0, 0, 0);

    /// <summary>Sleeps, whatever happens meanwhile; a signal may end it early.</summary>
    public static void Rest(long nanoseconds)
    {
        Duration duration = new(nanoseconds);
        _ = Libc.Sleep(&duration, null);
    }
}

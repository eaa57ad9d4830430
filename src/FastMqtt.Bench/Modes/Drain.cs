// Waits until everything that was sent has been delivered and acknowledged. Gives up after the run's time-out without
// progress: then messages are lost, and the verdict counts them.
using FastMqtt.Bench.Engine;

namespace FastMqtt.Bench.Modes;

internal sealed class Drain(LoadOptions options, LoadLoop loop, Fleet fleet)
{
    private const int WaitMilliseconds = 20;

    // How long to listen after the last message, 5 ms.
    private const long SilenceNanoseconds = 5_000_000;

    /// <summary>Waits for so many messages of each publisher, 0: for what was sent. False: not all came.</summary>
    public bool Wait(long countEach)
    {
        long moved = Clock.Now;
        long progress = -1;
        while (!IsDone(countEach))
        {
            loop.TurnAndPublish(WaitMilliseconds);
            long now = Clock.Now;
            if (loop.Counters.Received != progress)
            {
                progress = loop.Counters.Received;
                moved = now;
            }
            else if (now - moved > options.TimeoutNanoseconds)
            {
                return false;
            }
        }

        Listen();
        return true;
    }

    // A message delivered twice comes when nothing is missing any more.
    private void Listen()
    {
        long end = Clock.Now + SilenceNanoseconds;
        while (Clock.Now < end)
        {
            loop.TurnUntil(end);
            loop.FlushDirty();
        }
    }

    private bool IsDone(long countEach)
    {
        if (countEach > 0)
        {
            foreach (LoadClient client in fleet.Publishers)
            {
                if (client.Publisher!.Sent < countEach)
                {
                    return false;
                }
            }
        }

        return loop.Counters.Received >= fleet.Expected && fleet.IsAllAcknowledged;
    }
}

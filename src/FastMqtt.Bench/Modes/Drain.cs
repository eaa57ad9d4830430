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
        var patience = new Patience(options.TimeoutNanoseconds);
        while (!IsDone(countEach))
        {
            loop.TurnAndPublish(WaitMilliseconds);
            if (patience.IsOver(loop.Counters.Received))
            {
                return false;
            }
        }

        Listen();
        return true;
    }

    /// <summary>Waits until so many messages have been received in all.</summary>
    public bool WaitForReceived(long count)
    {
        var patience = new Patience(options.TimeoutNanoseconds);
        while (loop.Counters.Received < count)
        {
            loop.Turn(WaitMilliseconds);
            if (patience.IsOver(loop.Counters.Received))
            {
                return false;
            }
        }

        Listen();
        return true;
    }

    /// <summary>Waits until every publisher has sent so many and has them acknowledged; delivered or not.</summary>
    public bool WaitForAcknowledged(long countEach)
    {
        var patience = new Patience(options.TimeoutNanoseconds);
        while (!IsSent(countEach) || !fleet.IsAllAcknowledged)
        {
            loop.TurnAndPublish(WaitMilliseconds);
            if (patience.IsOver(fleet.Progress))
            {
                return false;
            }
        }

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

    private bool IsSent(long countEach)
    {
        foreach (LoadClient client in fleet.Publishers)
        {
            if (client.Publisher!.Sent < countEach || client.Connection!.PendingBytes > 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsDone(long countEach) =>
        (countEach == 0 || IsSent(countEach))
        && loop.Counters.Received >= fleet.Expected
        && fleet.IsAllAcknowledged;

    // Over when nothing has moved for so long.
    private struct Patience(long limitNanoseconds)
    {
        private long _movedAt = Clock.Now;
        private long _reached = -1;

        public bool IsOver(long reached)
        {
            if (reached != _reached)
            {
                _reached = reached;
                _movedAt = Clock.Now;
            }

            return Clock.Now - _movedAt > limitNanoseconds;
        }
    }
}

// Sends at a fixed rate, whatever the broker does: message n is due at n / rate, and is timed from then. A generator
// that waited for a slow broker would leave out just the messages that suffer (coordinated omission).
using FastMqtt.Bench.Engine;

namespace FastMqtt.Bench.Modes;

internal sealed class Schedule(LoadOptions options, LoadLoop loop, List<LoadClient> publishers)
{
    // Nearly all Packet Identifiers. The broker does not keep up, and time can tell nothing more.
    public const int OutstandingMax = 60_000;

    // A send later than this is counted: then the generator itself is short of CPU. In nanoseconds: 1 ms.
    private const long LateNanoseconds = 1_000_000;

    private readonly double _interval = Clock.SecondNanosecondsReal / options.Rate;
    private long _begin;
    private long _end;
    private long _next;

    public void Start(long begin, long end)
    {
        _begin = begin;
        _end = end;
        _next = 0;
    }

    /// <summary>Waits until a message is due (or something arrives), then sends all that are.</summary>
    public void Turn(long end)
    {
        loop.TurnUntil(Math.Min(DueAt(_next), end));
        SendDue(Clock.Now);
        loop.FlushDirty();
    }

    private long DueAt(long number) => _begin + (long)(number * _interval);

    private void SendDue(long now)
    {
        for (long due = DueAt(_next); due <= now && due < _end; due = DueAt(_next))
        {
            LoadClient client = publishers[(int)(_next % publishers.Count)];
            _next++;
            if (options.IsAcknowledged && client.Publisher!.Outstanding >= OutstandingMax)
            {
                throw new BenchException($"{OutstandingMax} messages unacknowledged: the broker does not keep up");
            }

            loop.Counters.LateSends += now - due > LateNanoseconds ? 1 : 0;
            loop.PublishOne(client, due);
        }
    }
}

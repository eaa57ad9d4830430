// The seed's counting rule, apart from any socket: a message counts only when the next one has begun to arrive (`>`,
// not `>=`), and a data event earns one more PUBLISH at most. So the window shrinks whenever one read holds several
// messages, and never recovers. That is what the seed measures; `bench 1x1` is there for the other question.
namespace FastMqtt.Bench.Seed;

internal sealed class SeedCounter(int count, int window)
{
    private long _bytes;

    public int Counted { get; private set; }

    public int Pending { get; private set; }

    public bool IsComplete => Counted >= count;

    /// <summary>Before the first data event: whether the publisher sends one more ahead.</summary>
    public bool TrySendAhead() => TrySend();

    /// <summary>Counts one data event; true when it earns a PUBLISH.</summary>
    public bool OnData(int bytes)
    {
        _bytes += bytes;
        while (_bytes > SeedPackets.PublishBytes)
        {
            _bytes -= SeedPackets.PublishBytes;
            Pending--;
            Counted++;
            if (IsComplete)
            {
                return false;
            }
        }

        return TrySend();
    }

    private bool TrySend()
    {
        if (Pending >= window)
        {
            return false;
        }

        Pending++;
        return true;
    }
}

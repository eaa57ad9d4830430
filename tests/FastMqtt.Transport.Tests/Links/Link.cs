// A connection under test and the peer's end of it, over a real socket or a scripted one. Both ends are driven by the
// test's thread and nothing blocks, except Await, which fails after five seconds.

using System.Diagnostics;
using FastMqtt.Transport.Buffers;

namespace FastMqtt.Transport.Tests.Links;

internal abstract class Link : IDisposable
{
    public const ulong Token = 42;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly PollEvent[] _events = new PollEvent[16];
    private Connection? _connection;

    protected Link(IPoller poller) => Poller = poller;

    public SlabPool Pool { get; } = new(new SlabPoolLimits { PoisonReturned = true });

    public ReceiveArea Area { get; } = new();

    public Connection Connection
    {
        get => _connection!;
        protected set => _connection = value;
    }

    public IPoller Poller { get; }

    /// <summary>Whether an event may come later, or is there at once or never.</summary>
    protected abstract bool TakesTime { get; }

    /// <summary>The peer sends; returns how much the way to the connection took.</summary>
    public abstract int PeerWrite(ReadOnlySpan<byte> bytes);

    /// <summary>The peer receives what has arrived, which makes room again.</summary>
    public abstract byte[] PeerRead();

    public abstract void PeerEnd();

    public abstract void PeerReset();

    /// <summary>Makes the way to the peer so narrow that a send of some 10 KiB is cut short.</summary>
    public abstract void NarrowSend();

    /// <summary>Waits for one of the wanted flags, and returns all that were seen until then.</summary>
    public PollFlags Await(PollFlags wanted)
    {
        long start = Stopwatch.GetTimestamp();
        PollFlags seen = PollFlags.None;
        while ((seen & wanted) == PollFlags.None)
        {
            seen |= Poll(100);
            bool isLate = !TakesTime || Stopwatch.GetElapsedTime(start) > Patience;
            if (isLate && (seen & wanted) == PollFlags.None)
            {
                throw new TimeoutException($"Waited for {wanted}, saw {seen}.");
            }
        }

        return seen;
    }

    public PollFlags Poll(int timeoutMilliseconds)
    {
        PollFlags seen = PollFlags.None;
        int count = Poller.Wait(_events, timeoutMilliseconds);
        for (int i = 0; i < count; i++)
        {
            seen |= _events[i].Token == Token ? _events[i].Flags : PollFlags.None;
        }

        return seen;
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        _connection?.Close(Pool);
        Poller.Dispose();
    }
}

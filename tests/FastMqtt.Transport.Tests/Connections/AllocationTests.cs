// The data path allocates nothing once warm: a pair of connected local sockets, messages back and forth.

using FastMqtt.Transport.Buffers;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests.Connections;

public sealed class AllocationTests
{
    // A collection that another thread causes in between is counted here with what is left of an allocation block, up
    // to
    // 8 KiB. What the code under test allocates comes with every attempt, so the least of a few is the truth.
    private const int Attempts = 5;

    [Fact]
    public void A_warm_loop_of_sends_and_receives_allocates_nothing()
    {
        using EpollPoller poller = new();
        SlabPool pool = new();
        ReceiveArea area = new();
        (int first, int second) = NativeSockets.CreatePair();
        Connection sender = new(poller, first, default) { Token = 1 };
        Connection receiver = new(poller, second, default) { Token = 2 };
        Assert.True(poller.TryAdd(first, 1) && poller.TryAdd(second, 2));
        Slab shared = pool.Rent(8192);
        PollEvent[] events = new PollEvent[8];

        // 20 small messages and 3 shared ones: 1,280 + 24,000 bytes, received in two parts with a split in between.
        Exchange(100);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long received = Exchange(2000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(2000 * 25_280L, received);
        }

        Assert.Equal(0, least);
        sender.Close(pool);
        receiver.Close(pool);
        pool.Release(shared);
        Assert.Equal(0, pool.RentedBytes);

        long Exchange(int rounds)
        {
            long total = 0;
            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < 20; i++)
                {
                    sender.GetOutput(64, pool)[..64].Fill((byte)i);
                    sender.Advance(64);
                }

                for (int i = 0; i < 3; i++)
                {
                    sender.AppendReference(shared, i, 8000, pool);
                }

                sender.Flush(pool);
                poller.Wait(events, 1000);
                while (receiver.Receive(area, pool, out ReadOnlySpan<byte> unread, out _) == IoStatus.Done)
                {
                    // Even rounds keep a short tail, odd rounds a long one.
                    int kept = receiver.KeptBytes > 0 || unread.Length < 25_280 ? 0 : round % 2 == 0 ? 1000 : 9000;
                    total += unread.Length - kept;
                    receiver.Consume(unread.Length - kept, 0, pool);
                    if (kept > 0)
                    {
                        total += receiver.Kept.Length;
                        receiver.Consume(kept, 0, pool);
                    }
                }
            }

            return total;
        }
    }

    [Fact]
    public void An_idle_connection_is_one_object_of_120_bytes()
    {
        using EpollPoller poller = new();
        GC.KeepAlive(new Connection(poller, 0, default));
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            GC.KeepAlive(new Connection(poller, 0, default));
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least, 1, 120);
    }
}

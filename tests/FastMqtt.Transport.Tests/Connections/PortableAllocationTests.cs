// The dispatcher's side of the portable poller allocates nothing once warm: waiting, receiving, watching again, sending
// one packet and many.

using FastMqtt.Transport.Buffers;
using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Connections;

public sealed class PortableAllocationTests
{
    // As in AllocationTests: the least of a few attempts is the truth.
    private const int Attempts = 5;

    [Fact]
    public void A_warm_echo_allocates_nothing()
    {
        using PortableLink link = new();
        PollEvent[] events = new PollEvent[8];
        byte[] request = new byte[100];
        Slab shared = link.Pool.Rent(8192);
        Echo(300);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Echo(300);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        link.Pool.Release(shared);

        void Echo(int rounds)
        {
            for (int round = 0; round < rounds; round++)
            {
                link.PeerSend(request);
                int received = 0;
                while (received < request.Length)
                {
                    link.Poller.Wait(events, 1000);
                    while (link.Connection.Receive(link.Area, link.Pool, out ReadOnlySpan<byte> unread, out _)
                        == IoStatus.Done)
                    {
                        received += unread.Length;
                        link.Connection.Consume(unread.Length, 0, link.Pool);
                    }
                }

                link.Connection.GetOutput(64, link.Pool)[..64].Fill(1);
                link.Connection.Advance(64);
                link.Connection.AppendReference(shared, 0, 2000, link.Pool);
                if (link.Connection.Flush(link.Pool) != IoStatus.Done)
                {
                    throw new InvalidOperationException("The way to the peer is full.");
                }

                link.PeerDiscard(2064);
            }
        }
    }
}

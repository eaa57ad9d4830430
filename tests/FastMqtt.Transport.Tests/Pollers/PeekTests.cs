// Looking at what a socket has received without taking it.

using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Transport.Tests.Pollers;

public abstract class PeekTests
{
    private readonly ISockets _sockets;

    private protected PeekTests(ISockets sockets) => _sockets = sockets;

    [Fact]
    public void What_was_peeked_is_still_there_and_more_is_announced()
    {
        int listener = _sockets.Listen(
            new IPEndPoint(IPAddress.Loopback, 0), 1, noDelay: true, out IPEndPoint bound);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(bound);
        using IPoller poller = _sockets.NewPoller();
        Assert.Equal(IoStatus.Done, poller.Accept(listener, out int accepted, out _));
        Assert.True(poller.TryAdd(accepted, 1));
        byte[] buffer = new byte[10];
        Assert.Equal(IoStatus.WouldBlock, poller.Peek(accepted, buffer, out _));
        client.Send("abc"u8);
        Assert.Equal(3, Await(poller, accepted, buffer, 3));
        client.Send("de"u8);
        Assert.Equal(5, Await(poller, accepted, buffer, 5));
        Assert.Equal(IoStatus.Done, poller.Receive(accepted, buffer.AsSpan(0, 4), out int taken));
        Assert.Equal(4, taken);
        Assert.Equal(1, Await(poller, accepted, buffer, 1));
        Assert.Equal((byte)'e', buffer[0]);
        poller.Receive(accepted, buffer, out _);
        client.Shutdown(SocketShutdown.Send);
        while (poller.Peek(accepted, buffer, out _) == IoStatus.WouldBlock)
        {
            poller.Wait(new PollEvent[4], 1_000);
        }

        Assert.Equal(IoStatus.Closed, poller.Peek(accepted, buffer, out _));
        poller.Close(accepted);
        _sockets.Close(listener);
    }

    [Fact]
    public void A_peer_that_ends_after_what_was_peeked_is_announced()
    {
        int listener = _sockets.Listen(
            new IPEndPoint(IPAddress.Loopback, 0), 1, noDelay: true, out IPEndPoint bound);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(bound);
        using IPoller poller = _sockets.NewPoller();
        Assert.Equal(IoStatus.Done, poller.Accept(listener, out int accepted, out _));
        Assert.True(poller.TryAdd(accepted, 1));
        byte[] buffer = new byte[10];
        client.Send("abc"u8);
        Assert.Equal(3, Await(poller, accepted, buffer, 3));
        client.Shutdown(SocketShutdown.Send);
        PollFlags seen = PollFlags.None;
        PollEvent[] events = new PollEvent[4];
        for (int i = 0; i < 100 && (seen & PollFlags.PeerClosed) == 0; i++)
        {
            int count = poller.Wait(events, 100);
            for (int k = 0; k < count; k++)
            {
                seen |= events[k].Flags;
            }

            Assert.Equal(IoStatus.Done, poller.Peek(accepted, buffer, out int peeked));
            Assert.Equal(3, peeked);
        }

        Assert.True(seen.HasFlag(PollFlags.PeerClosed));
        Assert.Equal(IoStatus.Done, poller.Receive(accepted, buffer, out int taken));
        Assert.Equal(3, taken);
        Assert.Equal(IoStatus.Closed, poller.Receive(accepted, buffer, out _));
        poller.Close(accepted);
        _sockets.Close(listener);
    }

    private static int Await(IPoller poller, int handle, byte[] buffer, int expected)
    {
        int count = 0;
        for (int i = 0; i < 100 && count < expected; i++)
        {
            poller.Peek(handle, buffer, out count);
            if (count < expected)
            {
                poller.Wait(new PollEvent[4], 1_000);
            }
        }

        return count;
    }
}

// Looking at what a socket has received without taking it.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class PeekTests
{
    [Fact]
    public void What_was_peeked_is_still_there_and_more_is_announced()
    {
        int listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 1, out IPEndPoint bound);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(bound);
        using EpollPoller poller = new();
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
        ListenSocket.Close(listener);
    }

    [Fact]
    public void Small_packets_wait_if_the_listener_says_so()
    {
        var endPoint = new IPEndPoint(IPAddress.Loopback, 0);
        int listener = ListenSocket.Bind(endPoint, 2, out IPEndPoint bound, noDelay: false);
        Assert.False(IsNoDelay(listener, bound));
        ListenSocket.SetNoDelay(listener, true);
        Assert.True(IsNoDelay(listener, bound));
        ListenSocket.Close(listener);
    }

    private static bool IsNoDelay(int listener, IPEndPoint bound)
    {
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(bound);
        using EpollPoller poller = new();
        Assert.Equal(IoStatus.Done, poller.Accept(listener, out int accepted, out _));
        using Socket server = new(new SafeSocketHandle(accepted, ownsHandle: true));
        return server.NoDelay;
    }

    private static int Await(EpollPoller poller, int handle, byte[] buffer, int expected)
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

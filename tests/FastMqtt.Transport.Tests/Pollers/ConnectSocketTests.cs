// Outgoing connections: up, refused, from a chosen source, and a poller that waits for less than a millisecond.

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class ConnectSocketTests
{
    [Fact]
    public void A_connection_is_up_when_the_poller_says_so()
    {
        int listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 1, out IPEndPoint bound);
        Assert.Equal(SocketError.Success, Connect(bound, null));
        ListenSocket.Close(listener);
    }

    [Fact]
    public void A_closed_port_is_refused()
    {
        ListenSocket.Close(ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 1, out IPEndPoint bound));
        Assert.Equal(SocketError.ConnectionRefused, Connect(bound, null));
    }

    [Fact]
    public void A_connection_comes_from_the_source_it_was_given()
    {
        int listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Any, 0), 1, out IPEndPoint bound);
        using EpollPoller poller = new();
        IPAddress source = IPAddress.Parse("127.0.0.7");
        int handle = ConnectSocket.Begin(new IPEndPoint(IPAddress.Loopback, bound.Port), source);
        Assert.Equal(IoStatus.Done, poller.Accept(listener, out int accepted, out PeerAddress peer));
        Assert.Equal(source, peer.ToIPAddress());
        poller.Close(handle);
        poller.Close(accepted);
        ListenSocket.Close(listener);
    }

    [Fact]
    public void An_address_that_is_not_ours_cannot_be_the_source() =>
        Assert.Equal(
            SocketError.AddressNotAvailable,
            Assert.Throws<SocketException>(() => ConnectSocket.Begin(
                new IPEndPoint(IPAddress.Loopback, 1), IPAddress.Parse("192.0.2.1"))).SocketErrorCode);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("localhost", "127.0.0.1")]
    public void A_host_is_an_address_or_a_name(string host, string address) =>
        Assert.Equal(address, HostAddress.Resolve(host).ToString());

    [Fact]
    public void A_wait_may_be_shorter_than_a_millisecond()
    {
        PreciseTiming.TightenTimers();
        using EpollPoller poller = new();
        PollEvent[] events = new PollEvent[1];
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 20; attempt++)
        {
            long begin = Stopwatch.GetTimestamp();
            Assert.Equal(0, poller.WaitNanoseconds(events, 100_000));
            PreciseTiming.Rest(100_000);
            least = Math.Min(least, Stopwatch.GetElapsedTime(begin).Ticks);
        }

        // Ticks of 100 ns: at least the two waits, and once at least without the system's usual slack and more.
        Assert.InRange(least, 2000, 9000);
        Assert.Equal(0, poller.WaitNanoseconds(events, -1));
    }

    private static SocketError Connect(IPEndPoint target, IPAddress? source)
    {
        using EpollPoller poller = new();
        PollEvent[] events = new PollEvent[1];
        int handle = ConnectSocket.Begin(target, source);
        Assert.True(poller.TryAdd(handle, 1));
        Assert.Equal(1, poller.Wait(events, 10_000));
        SocketError outcome = ConnectSocket.End(handle);
        poller.Close(handle);
        return outcome;
    }
}

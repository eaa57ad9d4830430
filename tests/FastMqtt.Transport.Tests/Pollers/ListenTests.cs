// Binding: what an operator is told when an address cannot be had, and which addresses serve which clients.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Transport.Portable;

namespace FastMqtt.Transport.Tests.Pollers;

public abstract class ListenTests
{
    private readonly ISockets _sockets;

    private protected ListenTests(ISockets sockets) => _sockets = sockets;

    [Fact]
    public void An_address_in_use_is_said_to_be()
    {
        int handle = Listen(new IPEndPoint(IPAddress.Loopback, 0), out IPEndPoint bound);
        Assert.NotEqual(0, bound.Port);
        Assert.Equal(SocketError.AddressAlreadyInUse, Failure(bound));
        _sockets.Close(handle);
        _sockets.Close(Listen(bound, out _));
    }

    [Fact]
    public void An_address_of_another_machine_is_not_available() =>
        Assert.Equal(SocketError.AddressNotAvailable, Failure(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0)));

    [Fact]
    public void The_unspecified_IPv6_address_serves_IPv4_clients_and_shows_them_as_such()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        int handle = Listen(new IPEndPoint(IPAddress.IPv6Any, 0), out IPEndPoint bound);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPAddress.Loopback, bound.Port);
        using IPoller poller = _sockets.NewPoller();
        Assert.Equal(IoStatus.Done, poller.Accept(handle, out int accepted, out PeerAddress peer));
        Assert.Equal(client.LocalEndPoint!.ToString(), peer.ToString());
        poller.Close(accepted);
        _sockets.Close(handle);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Accepted_connections_send_small_packets_at_once_if_the_listener_says_so(bool noDelay)
    {
        int handle = Listen(new IPEndPoint(IPAddress.Loopback, 0), out IPEndPoint bound, !noDelay);
        Assert.Equal(!noDelay, IsNoDelay(handle, bound));
        _sockets.SetNoDelay(handle, noDelay);
        Assert.Equal(noDelay, IsNoDelay(handle, bound));
        _sockets.Close(handle);
    }

    [Fact]
    public void A_port_whose_connections_are_not_forgotten_yet_can_be_bound_again()
    {
        int handle = Listen(new IPEndPoint(IPAddress.Loopback, 0), out IPEndPoint bound);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(bound);
        using IPoller poller = _sockets.NewPoller();
        Assert.Equal(IoStatus.Done, poller.Accept(handle, out int accepted, out _));
        poller.Close(accepted); // first: its end of the connection is remembered for a minute
        Assert.Equal(0, client.Receive(new byte[1]));
        client.Close();
        _sockets.Close(handle);
        _sockets.Close(Listen(bound, out _));
    }

    private SocketError Failure(IPEndPoint endPoint) =>
        Assert.Throws<SocketException>(() => Listen(endPoint, out _)).SocketErrorCode;

    private int Listen(IPEndPoint endPoint, out IPEndPoint bound, bool noDelay = true) =>
        _sockets.Listen(endPoint, 1, noDelay, out bound);

    private bool IsNoDelay(int listener, IPEndPoint bound)
    {
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(bound);
        using IPoller poller = _sockets.NewPoller();
        Assert.Equal(IoStatus.Done, poller.Accept(listener, out int accepted, out _));
        if (_sockets is PortableSockets portable)
        {
            bool noDelay = portable.SocketAt(accepted)!.Socket.NoDelay;
            poller.Close(accepted);
            return noDelay;
        }

        using Socket server = new(new SafeSocketHandle(accepted, ownsHandle: true));
        return server.NoDelay;
    }
}

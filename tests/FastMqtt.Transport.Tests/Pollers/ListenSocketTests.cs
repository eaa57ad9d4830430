// Binding: what an operator is told when an address cannot be had, and which addresses serve which clients.

using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class ListenSocketTests
{
    [Fact]
    public void An_address_in_use_is_said_to_be()
    {
        int handle = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 1, out IPEndPoint bound);
        Assert.NotEqual(0, bound.Port);
        Assert.Equal(SocketError.AddressAlreadyInUse, Failure(bound));
        ListenSocket.Close(handle);
        ListenSocket.Close(ListenSocket.Bind(bound, 1, out _));
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

        int handle = ListenSocket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0), 1, out IPEndPoint bound);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPAddress.Loopback, bound.Port);
        using Linux.EpollPoller poller = new();
        Assert.Equal(IoStatus.Done, poller.Accept(handle, out int accepted, out PeerAddress peer));
        Assert.Equal(client.LocalEndPoint!.ToString(), peer.ToString());
        poller.Close(accepted);
        ListenSocket.Close(handle);
    }

    [Fact]
    public void Every_accepted_connection_sends_small_packets_at_once()
    {
        int handle = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 1, out IPEndPoint bound);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(bound);
        using Linux.EpollPoller poller = new();
        Assert.Equal(IoStatus.Done, poller.Accept(handle, out int accepted, out _));
        using (Socket server = new(new SafeSocketHandle(accepted, ownsHandle: true)))
        {
            Assert.True(server.NoDelay);
        }

        ListenSocket.Close(handle);
    }

    private static SocketError Failure(IPEndPoint endPoint) =>
        Assert.Throws<SocketException>(() => ListenSocket.Bind(endPoint, 1, out _)).SocketErrorCode;
}

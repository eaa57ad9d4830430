// The real poller: registration, edges, accepting in batches, stale events, addresses.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Transport.Linux;
using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class EpollPollerTests : IDisposable
{
    private const ulong ListenerToken = 1;

    private readonly EpollPoller _poller = new();
    private readonly PollEvent[] _events = new PollEvent[64];
    private readonly byte[] _buffer = new byte[64];

    public void Dispose() => _poller.Dispose();

    [Fact]
    public void A_listener_stays_ready_while_a_bounded_batch_is_accepted()
    {
        const int Count = 10;
        int listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 64, out IPEndPoint bound);
        Assert.True(_poller.TryAddListener(listener, ListenerToken));
        Socket[] clients = [.. Enumerable.Range(0, Count).Select(_ => Connect(bound))];
        List<int> accepted = [];
        while (accepted.Count < Count)
        {
            Assert.Equal(1, _poller.Wait(_events, 5000));
            Assert.Equal(new PollEvent(ListenerToken, PollFlags.Readable), _events[0]);
            for (int i = 0; i < 4; i++)
            {
                if (_poller.Accept(listener, out int handle, out PeerAddress peer) != IoStatus.Done)
                {
                    break;
                }

                Assert.Contains(clients, client => client.LocalEndPoint!.ToString() == peer.ToString());
                accepted.Add(handle);
            }
        }

        Assert.Equal(IoStatus.WouldBlock, _poller.Accept(listener, out _, out _));
        Assert.Equal(0, _poller.Wait(_events, 0));
        accepted.ForEach(_poller.Close);
        Array.ForEach(clients, client => client.Dispose());
        ListenSocket.Close(listener);
    }

    [Fact]
    public void Two_pollers_share_a_listener()
    {
        using EpollPoller other = new();
        int listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 64, out IPEndPoint bound);
        Assert.True(_poller.TryAddListener(listener, 1));
        Assert.True(other.TryAddListener(listener, 2));
        using Socket client = Connect(bound);
        Assert.True(_poller.Wait(_events, 1000) + other.Wait(_events, 0) > 0);
        Assert.Equal(IoStatus.Done, other.Accept(listener, out int handle, out _));
        Assert.Equal(IoStatus.WouldBlock, _poller.Accept(listener, out _, out _));
        other.Close(handle);
        ListenSocket.Close(listener);
    }

    [Fact]
    public void A_paused_listener_is_silent_and_reports_again_when_resumed()
    {
        int listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 64, out IPEndPoint bound);
        Assert.True(_poller.TryAddListener(listener, ListenerToken));
        _poller.Remove(listener);
        using Socket client = Connect(bound);
        Assert.Equal(0, _poller.Wait(_events, 0));
        Assert.True(_poller.TryAddListener(listener, ListenerToken));
        Assert.Equal(1, _poller.Wait(_events, 5000));
        ListenSocket.Close(listener);
    }

    [Fact]
    public void An_edge_is_reported_once_and_again_when_more_arrives()
    {
        (int first, int second) = NativeSockets.CreatePair();
        Assert.True(_poller.TryAdd(first, ulong.MaxValue - 1));
        Assert.Equal(1, _poller.Wait(_events, 5000));
        Assert.Equal(new PollEvent(ulong.MaxValue - 1, PollFlags.Writable), _events[0]);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(IoStatus.Done, _poller.Send(second, "a"u8, out _));
            Assert.Equal(1, _poller.Wait(_events, 5000));
            Assert.True(_events[0].Flags.HasFlag(PollFlags.Readable));
            Assert.Equal(0, _poller.Wait(_events, 0));
        }

        Assert.Equal(IoStatus.Done, _poller.Receive(first, _buffer, out int count));
        Assert.Equal(3, count);
        Assert.Equal(IoStatus.WouldBlock, _poller.Receive(first, _buffer, out _));
        _poller.Close(second);
        Assert.Equal(1, _poller.Wait(_events, 5000));
        Assert.True(_events[0].Flags.HasFlag(PollFlags.PeerClosed));
        Assert.Equal(IoStatus.Closed, _poller.Receive(first, _buffer, out _));
        _poller.Close(first);
    }

    [Fact]
    public void Many_events_keep_their_tokens()
    {
        (int First, int Second)[] pairs = [.. Enumerable.Range(0, 20).Select(_ => NativeSockets.CreatePair())];
        HashSet<ulong> expected = [];
        foreach ((int first, _) in pairs)
        {
            ulong token = ((ulong)expected.Count << 40) | 0xABCD;
            Assert.True(_poller.TryAdd(first, token));
            expected.Add(token);
        }

        int count = _poller.Wait(_events, 5000);
        Assert.Equal(expected, _events[..count].Select(pollEvent => pollEvent.Token).ToHashSet());
        foreach ((int first, int second) in pairs)
        {
            _poller.Close(first);
            _poller.Close(second);
        }
    }

    [Fact]
    public void An_event_of_a_closed_connection_carries_the_old_token_not_that_of_the_new_owner_of_the_handle()
    {
        (int first, int second) = NativeSockets.CreatePair();
        Assert.True(_poller.TryAdd(first, 100));
        Assert.True(_poller.TryAdd(second, 200));
        Assert.Equal(2, _poller.Wait(_events, 5000));

        // The batch is being worked on: its first event closes the second connection, whose handle is used again.
        _poller.Close(second);
        (int third, int fourth) = NativeSockets.CreatePair();
        Assert.True(_poller.TryAdd(third, 300));
        Assert.Equal([100ul, 200ul], Tokens(2));
        Assert.Equal([100ul, 300ul], Tokens(_poller.Wait(_events, 5000)));
        _poller.Close(first);
        _poller.Close(third);
        _poller.Close(fourth);
        Assert.Equal(0, _poller.Wait(_events, 0));
    }

    [Fact]
    public void A_handle_that_is_not_open_cannot_be_added()
    {
        Assert.False(_poller.TryAdd(1 << 20, 1));
        Assert.False(_poller.TryAddListener(1 << 20, 1));
        _poller.Remove(1 << 20);
    }

    [Fact]
    public void A_peer_over_IPv6_is_shown_with_brackets()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        using LoopbackLink link = new(IPAddress.IPv6Loopback);
        Assert.Equal(link.PeerEndPoint.ToString(), link.Connection.Peer.ToString());
        Assert.StartsWith("[::1]:", link.Connection.Peer.ToString(), StringComparison.Ordinal);
    }

    private IEnumerable<ulong> Tokens(int count) => _events[..count].Select(pollEvent => pollEvent.Token).Order();

    private static Socket Connect(IPEndPoint bound)
    {
        Socket client = new(bound.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(bound);
        return client;
    }
}

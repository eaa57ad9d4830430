// What every real poller does, over TCP: registration, edges, accepting in batches, stale events, sends cut short,
// ends and resets, a connection that moves.

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Pollers;

public abstract class PollerTests : IDisposable
{
    private const ulong ListenerToken = 1;
    private const int Patience = 5000;

    private readonly ISockets _sockets;
    private readonly IPoller _poller;
    private readonly int _listener;
    private readonly IPEndPoint _bound;
    private readonly PollEvent[] _events = new PollEvent[64];
    private readonly byte[] _buffer = new byte[64];
    private readonly List<Socket> _clients = [];

    private protected PollerTests(ISockets sockets)
    {
        _sockets = sockets;
        _poller = _sockets.NewPoller();
        _listener = _sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0), 64, noDelay: true, out _bound);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_listener_stays_ready_while_a_bounded_batch_is_accepted()
    {
        const int Count = 10;
        Assert.True(_poller.TryAddListener(_listener, ListenerToken));
        Socket[] clients = [.. Enumerable.Range(0, Count).Select(_ => Connect())];
        List<int> accepted = [];
        while (accepted.Count < Count)
        {
            Assert.Equal(1, _poller.Wait(_events, Patience));
            Assert.Equal(new PollEvent(ListenerToken, PollFlags.Readable), _events[0]);
            for (int i = 0; i < 4; i++)
            {
                if (_poller.Accept(_listener, out int handle, out PeerAddress peer) != IoStatus.Done)
                {
                    break;
                }

                Assert.Contains(clients, client => client.LocalEndPoint!.ToString() == peer.ToString());
                accepted.Add(handle);
            }
        }

        Assert.Equal(IoStatus.WouldBlock, _poller.Accept(_listener, out _, out _));
        Assert.Equal(0, _poller.Wait(_events, 0));
        accepted.ForEach(_poller.Close);
    }

    [Fact]
    public void Pollers_that_share_a_listener_get_every_connection_once()
    {
        using IPoller other = _sockets.NewPoller();
        Assert.True(_poller.TryAddListener(_listener, 1));
        Assert.True(other.TryAddListener(_listener, 2));
        for (int i = 0; i < 4; i++)
        {
            Connect();
            long start = Stopwatch.GetTimestamp();
            while (_poller.Wait(_events, 0) + other.Wait(_events, 0) == 0)
            {
                Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds < Patience, "Nobody was told.");
            }

            (IPoller first, IPoller second) = i % 2 == 0 ? (_poller, other) : (other, _poller);
            Assert.Equal(IoStatus.Done, first.Accept(_listener, out int handle, out _));
            Assert.Equal(IoStatus.WouldBlock, second.Accept(_listener, out _, out _));
            first.Close(handle);
        }
    }

    [Fact]
    public void What_one_poller_lets_go_of_the_other_one_is_told()
    {
        using IPoller other = _sockets.NewPoller();
        Assert.True(_poller.TryAddListener(_listener, 1));
        Assert.True(other.TryAddListener(_listener, 2));
        Connect();
        Connect();
        Thread.Yield();
        _poller.Remove(_listener);
        Assert.Equal(1, other.Wait(_events, Patience));
        Assert.Equal(new PollEvent(2, PollFlags.Readable), _events[0]);
        Assert.Equal(0, _poller.Wait(_events, 0));
    }

    [Fact]
    public void A_paused_listener_is_silent_and_reports_again_when_resumed()
    {
        Assert.True(_poller.TryAddListener(_listener, ListenerToken));
        _poller.Remove(_listener);
        Connect();
        Assert.Equal(0, _poller.Wait(_events, 0));
        Assert.True(_poller.TryAddListener(_listener, ListenerToken));
        Assert.Equal(1, _poller.Wait(_events, Patience));
        Assert.Equal(IoStatus.Done, _poller.Accept(_listener, out int handle, out _));
        _poller.Close(handle);
    }

    [Fact]
    public void An_edge_is_reported_once_and_again_when_more_arrives()
    {
        (int handle, Socket peer) = Pair();
        Assert.True(_poller.TryAdd(handle, ulong.MaxValue - 1));
        Assert.Equal(1, _poller.Wait(_events, Patience));
        Assert.Equal(new PollEvent(ulong.MaxValue - 1, PollFlags.Writable), _events[0]);
        for (int i = 0; i < 3; i++)
        {
            peer.Send("abc"u8);
            Assert.Equal(1, _poller.Wait(_events, Patience));
            Assert.True(_events[0].Flags.HasFlag(PollFlags.Readable));
            Assert.Equal(0, _poller.Wait(_events, 0));
            Assert.Equal(IoStatus.Done, _poller.Receive(handle, _buffer, out int count));
            Assert.Equal(3, count);
        }

        Assert.Equal(IoStatus.WouldBlock, _poller.Receive(handle, _buffer, out _));
        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(1, _poller.Wait(_events, Patience));
        Assert.NotEqual(PollFlags.None, _events[0].Flags & (PollFlags.Readable | PollFlags.PeerClosed));
        Assert.Equal(IoStatus.Closed, _poller.Receive(handle, _buffer, out _));
        _poller.Close(handle);
    }

    [Fact]
    public void What_a_short_receive_left_behind_is_reported()
    {
        (int handle, Socket peer) = Pair();
        Assert.True(_poller.TryAdd(handle, 5));
        for (int i = 0; i < 2000; i++)
        {
            peer.Send("ab"u8);
            AwaitFlags(_poller, 5, PollFlags.Readable);
            int count = 0;
            while (count < 2)
            {
                if (_poller.Receive(handle, _buffer, out int received) == IoStatus.WouldBlock)
                {
                    AwaitFlags(_poller, 5, PollFlags.Readable);
                }

                count += received;
            }
        }

        _poller.Close(handle);
    }

    [Fact]
    public void Many_connections_keep_their_tokens_in_waits_that_take_few()
    {
        const int Count = 300;
        Dictionary<ulong, (int Handle, Socket Peer)> pairs = [];
        for (ulong i = 0; i < Count; i++)
        {
            pairs.Add((i << 40) | 0xABCD, Pair());
        }

        foreach ((ulong token, (int handle, _)) in pairs)
        {
            Assert.True(_poller.TryAdd(handle, token));
        }

        AwaitAll(pairs.Keys.ToHashSet(), PollFlags.Writable);
        foreach ((_, (_, Socket peer)) in pairs)
        {
            peer.Send("x"u8);
        }

        AwaitAll(pairs.Keys.ToHashSet(), PollFlags.Readable);
        foreach ((_, (int handle, _)) in pairs)
        {
            Assert.Equal(IoStatus.Done, _poller.Receive(handle, _buffer, out int count));
            Assert.Equal(1, count);
            _poller.Close(handle);
        }

        Assert.Equal(0, _poller.Wait(_events, 0));
    }

    [Fact]
    public void An_event_is_never_that_of_a_connection_closed_before()
    {
        (int first, Socket peer) = Pair();
        Assert.True(_poller.TryAdd(first, 100));
        peer.Send("x"u8); // what it causes may be on its way while the connection is closed
        _poller.Close(first);
        (int second, _) = Pair();
        Assert.True(_poller.TryAdd(second, 200));
        Assert.Equal(1, _poller.Wait(_events, Patience));
        Assert.Equal(200ul, _events[0].Token);
        Assert.Equal(0, _poller.Wait(_events, 20));
        _poller.Close(second);
    }

    [Fact]
    public void Every_byte_arrives_in_order_at_a_slow_reader_and_a_farewell_behind_them()
    {
        (int handle, Socket peer) = Pair();
        Assert.True(_poller.TryAdd(handle, 7));
        LoopbackLink.NarrowSend(_sockets, handle);
        byte[] bytes = FrameSink.MakeFrame(3_000_000, 1);
        int sent = 0;
        List<byte> received = [];
        byte[] buffer = new byte[50_000];
        bool wasBlocked = false;
        while (sent < bytes.Length)
        {
            IoStatus status = _poller.Send(handle, bytes.AsSpan(sent), out int count);
            Assert.True(status is IoStatus.Done or IoStatus.WouldBlock, status.ToString());
            sent += count;
            if (sent == bytes.Length)
            {
                break;
            }

            wasBlocked = true;
            int read = peer.Receive(buffer);
            received.AddRange(buffer.AsSpan(0, read));
            AwaitFlags(_poller, 7, PollFlags.Writable, () =>
            {
                if (peer.Available > 0)
                {
                    received.AddRange(buffer.AsSpan(0, peer.Receive(buffer)));
                }
            });
        }

        Assert.True(wasBlocked);
        _poller.ShutdownSend(handle);
        for (int read = 1; read > 0; received.AddRange(buffer.AsSpan(0, read)))
        {
            read = peer.Receive(buffer);
        }

        Assert.Equal(bytes, received);
        _poller.Close(handle);
    }

    [Fact]
    public void What_was_sent_before_a_close_arrives()
    {
        (int handle, Socket peer) = Pair();
        Assert.True(_poller.TryAdd(handle, 7));
        Assert.Equal(IoStatus.Done, _poller.Send(handle, "farewell"u8, out _));
        _poller.Close(handle);
        Assert.Equal(8, peer.Receive(_buffer));
        Assert.Equal(0, peer.Receive(_buffer));
    }

    [Fact]
    public void A_reset_is_reported_and_is_a_value()
    {
        (int handle, Socket peer) = Pair();
        Assert.True(_poller.TryAdd(handle, 7));
        peer.LingerState = new LingerOption(true, 0);
        peer.Close();
        AwaitFlags(_poller, 7, PollFlags.Readable);
        Assert.Equal(IoStatus.Failed, _poller.Receive(handle, _buffer, out _));
        Assert.Equal(IoStatus.Failed, _poller.Send(handle, "x"u8, out _));
        _poller.ShutdownSend(handle);
        _poller.Close(handle);
    }

    [Fact]
    public void A_reset_while_a_send_is_blocked_is_reported()
    {
        (int handle, Socket peer) = Pair();
        Assert.True(_poller.TryAdd(handle, 7));
        byte[] bytes = new byte[4_000_000];
        while (_poller.Send(handle, bytes, out int count) == IoStatus.Done && count == bytes.Length)
        {
        }

        while (_poller.Wait(_events, 0) > 0)
        {
        }

        peer.LingerState = new LingerOption(true, 0);
        peer.Close();
        AwaitFlags(_poller, 7, PollFlags.Error);
        Assert.Equal(IoStatus.Failed, _poller.Send(handle, "x"u8, out _));
        _poller.Close(handle);
    }

    [Fact]
    public void A_connection_that_moves_is_reported_where_it_is()
    {
        using IPoller other = _sockets.NewPoller();
        (int handle, Socket peer) = Pair();
        Assert.True(_poller.TryAdd(handle, 10));
        for (ulong round = 0; round < 200; round++)
        {
            (IPoller from, IPoller to) = round % 2 == 0 ? (_poller, other) : (other, _poller);
            peer.Send("x"u8); // on its way to the one while the connection goes to the other
            from.Remove(handle);
            Assert.True(to.TryAdd(handle, 11 + round));
            AwaitFlags(to, 11 + round, PollFlags.Readable, () => Assert.Equal(0, from.Wait(_events, 0)));
            Assert.Equal(IoStatus.Done, to.Receive(handle, _buffer, out int count));
            Assert.Equal(1, count);
            Assert.Equal(0, from.Wait(_events, 0));
        }

        _poller.Close(handle);
    }

    [Fact]
    public void Ending_the_incoming_stream_is_reported()
    {
        (int handle, _) = Pair();
        Assert.True(_poller.TryAdd(handle, 7));
        AwaitFlags(_poller, 7, PollFlags.Writable);
        _poller.ShutdownReceive(handle);
        AwaitFlags(_poller, 7, PollFlags.PeerClosed);
        Assert.Equal(IoStatus.Closed, _poller.Receive(handle, _buffer, out _));
        Assert.Equal(IoStatus.Done, _poller.Send(handle, "still here"u8, out _));
        _poller.Close(handle);
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

        using LoopbackLink link = new(_sockets, IPAddress.IPv6Loopback);
        Assert.Equal(link.PeerEndPoint.ToString(), link.Connection.Peer.ToString());
        Assert.StartsWith("[::1]:", link.Connection.Peer.ToString(), StringComparison.Ordinal);
    }

    protected virtual void Dispose(bool disposing)
    {
        _clients.ForEach(client => client.Dispose());
        _sockets.Close(_listener);
        _poller.Dispose();
    }

    private PollFlags AwaitFlags(IPoller poller, ulong token, PollFlags wanted, Action? meanwhile = null)
    {
        PollFlags seen = PollFlags.None;
        long start = Stopwatch.GetTimestamp();
        while ((seen & wanted) == PollFlags.None)
        {
            Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds < Patience, $"{seen} of {wanted} came.");
            int count = poller.Wait(_events, meanwhile is null ? 100 : 1);
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(token, _events[i].Token);
                seen |= _events[i].Flags;
            }

            meanwhile?.Invoke();
        }

        return seen;
    }

    private void AwaitAll(HashSet<ulong> tokens, PollFlags wanted)
    {
        long start = Stopwatch.GetTimestamp();
        while (tokens.Count > 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds < Patience, $"{tokens.Count} are missing.");
            int count = _poller.Wait(_events, 100);
            foreach (PollEvent ready in _events.AsSpan(0, count))
            {
                if ((ready.Flags & wanted) != PollFlags.None)
                {
                    tokens.Remove(ready.Token);
                }
            }
        }
    }

    private (int Handle, Socket Peer) Pair()
    {
        Socket peer = Connect();
        Assert.Equal(IoStatus.Done, _poller.Accept(_listener, out int handle, out _));
        return (handle, peer);
    }

    private Socket Connect()
    {
        Socket client = new(_bound.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(_bound);
        _clients.Add(client);
        return client;
    }
}

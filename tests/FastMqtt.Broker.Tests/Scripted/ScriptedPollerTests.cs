// The scripted poller proves others right, so it is proven first: edges, pieces, room, end and reset.

using FastMqtt.Transport;
using Xunit;

namespace FastMqtt.Broker.Tests.Scripted;

public sealed class ScriptedPollerTests : IDisposable
{
    private const ulong ListenerToken = 1;
    private const ulong SocketToken = 2;

    private readonly ScriptedPoller _poller = new();
    private readonly PollEvent[] _events = new PollEvent[8];
    private readonly byte[] _buffer = new byte[16];

    public void Dispose() => _poller.Dispose();

    [Fact]
    public void A_listener_is_reported_until_every_connection_is_accepted()
    {
        int listener = _poller.Network.Listen();
        Assert.True(_poller.TryAddListener(listener, ListenerToken));
        Assert.Equal(0, _poller.Wait(_events, -1));

        FakeSocket first = _poller.Connect();
        _poller.Connect();
        Assert.Equal(new PollEvent(ListenerToken, PollFlags.Readable), Single());
        Assert.Equal(IoStatus.Done, _poller.Accept(listener, out int handle, out PeerAddress peer));
        Assert.Equal(first.Handle, handle);
        Assert.Equal("127.0.0.1:50000", peer.ToString());
        Assert.Equal(new PollEvent(ListenerToken, PollFlags.Readable), Single());
        Assert.Equal(IoStatus.Done, _poller.Accept(listener, out _, out _));
        Assert.Equal(IoStatus.WouldBlock, _poller.Accept(listener, out _, out _));
        Assert.Equal(0, _poller.Wait(_events, -1));
    }

    [Fact]
    public void Accept_reports_exhaustion_until_a_socket_is_closed()
    {
        FakeSocket socket = Open();
        _poller.Network.DescriptorsLeft = 0;
        FakeSocket second = _poller.Connect();
        Assert.Equal(IoStatus.Exhausted, _poller.Accept(3, out _, out _));
        int handle = socket.Handle;
        _poller.Close(handle);
        Assert.Equal(IoStatus.Done, _poller.Accept(3, out _, out _));
        Assert.Equal(handle, second.Handle);
    }

    [Fact]
    public void An_edge_is_reported_once()
    {
        FakeSocket socket = Open();
        socket.Write("abc"u8);
        Assert.Equal(new PollEvent(SocketToken, PollFlags.Readable | PollFlags.Writable), Single());
        Assert.Equal(0, _poller.Wait(_events, -1));
        socket.Write("d"u8);
        Assert.Equal(1, _poller.Wait(_events, -1));
        Assert.Equal(IoStatus.Done, _poller.Receive(socket.Handle, _buffer, out int count));
        Assert.Equal("abcd"u8, _buffer.AsSpan(0, count));
        Assert.Equal(IoStatus.WouldBlock, _poller.Receive(socket.Handle, _buffer, out _));
        Assert.Equal(0, _poller.Wait(_events, -1));
    }

    [Fact]
    public void A_receive_that_filled_its_buffer_gets_no_further_event()
    {
        FakeSocket socket = Open();
        socket.Write("abcd"u8);
        Assert.Equal(1, _poller.Wait(_events, -1));
        Assert.Equal(IoStatus.Done, _poller.Receive(socket.Handle, _buffer.AsSpan(0, 2), out int count));
        Assert.Equal(2, count);
        Assert.Equal(0, _poller.Wait(_events, -1));
        Assert.Equal(2, socket.UnreceivedBytes);
    }

    [Fact]
    public void Pieces_arrive_one_by_one_each_with_an_event()
    {
        FakeSocket socket = Open();
        socket.ReceiveLimit = 1;
        socket.Write("ab"u8);
        Assert.Equal(1, _poller.Wait(_events, -1));
        Assert.Equal(IoStatus.Done, _poller.Receive(socket.Handle, _buffer, out int count));
        Assert.Equal(1, count);
        Assert.Equal(1, _poller.Wait(_events, -1));
        Assert.Equal(IoStatus.Done, _poller.Receive(socket.Handle, _buffer, out count));
        Assert.Equal(1, count);
        Assert.Equal(0, _poller.Wait(_events, -1));
    }

    [Fact]
    public void Room_that_appears_after_a_cut_send_makes_the_socket_writable()
    {
        FakeSocket socket = Open();
        socket.SendRoom = 2;
        Assert.Equal(0, _poller.Wait(_events, -1));
        Assert.Equal(IoStatus.Done, _poller.Send(socket.Handle, "abc"u8, out int count));
        Assert.Equal(2, count);
        Assert.Equal(IoStatus.WouldBlock, _poller.Send(socket.Handle, "c"u8, out _));
        Assert.Equal(0, _poller.Wait(_events, -1));

        socket.SendRoom = 5;
        Assert.Equal(new PollEvent(SocketToken, PollFlags.Writable), Single());
        Assert.Equal(IoStatus.Done, _poller.Send(socket.Handle, "c"u8, out _));
        socket.SendRoom = 6;
        Assert.Equal(0, _poller.Wait(_events, -1));
        Assert.Equal("abc"u8, socket.Read());
        Assert.Empty(socket.Read());
    }

    [Fact]
    public void The_end_comes_after_the_bytes_before_it()
    {
        FakeSocket socket = Open();
        socket.Write("a"u8);
        socket.Shutdown();
        Assert.Equal(PollFlags.Readable | PollFlags.Writable | PollFlags.PeerClosed, Single().Flags);
        Assert.Equal(IoStatus.Done, _poller.Receive(socket.Handle, _buffer, out _));
        Assert.Equal(IoStatus.Closed, _poller.Receive(socket.Handle, _buffer, out _));
    }

    [Fact]
    public void A_reset_fails_every_call_and_loses_what_was_not_received()
    {
        FakeSocket socket = Open();
        socket.Write("a"u8);
        socket.Reset();
        Assert.True(Single().Flags.HasFlag(PollFlags.Error));
        Assert.Equal(IoStatus.Failed, _poller.Receive(socket.Handle, _buffer, out _));
        Assert.Equal(IoStatus.Failed, _poller.Send(socket.Handle, "a"u8, out _));
    }

    [Fact]
    public void A_socket_moved_to_another_poller_is_reported_there_at_once()
    {
        FakeSocket socket = Open();
        socket.Write("a"u8);
        using ScriptedPoller other = new(_poller.Network);
        _poller.Remove(socket.Handle);
        Assert.True(other.TryAdd(socket.Handle, 9));
        Assert.Equal(0, _poller.Wait(_events, -1));
        Assert.Equal(1, other.Wait(_events, -1));
        Assert.Equal(new PollEvent(9, PollFlags.Readable | PollFlags.Writable), _events[0]);
    }

    [Fact]
    public void Events_beyond_the_callers_space_wait_for_the_next_call()
    {
        Open();
        _poller.Connect();
        Assert.Equal(IoStatus.Done, _poller.Accept(3, out int handle, out _));
        Assert.True(_poller.TryAdd(handle, 7));
        _poller.Network.Find<FakeSocket>(handle - 1)!.Write("a"u8);
        Assert.Equal(1, _poller.Wait(_events.AsSpan(0, 1), 0));
        Assert.Equal(1, _poller.Wait(_events.AsSpan(0, 1), 0));
        Assert.Equal(0, _poller.Wait(_events.AsSpan(0, 1), 0));
    }

    [Fact]
    public void What_the_broker_closed_is_seen_by_the_client()
    {
        FakeSocket socket = Open();
        _poller.ShutdownSend(socket.Handle);
        Assert.True(socket.IsEndedByBroker);
        Assert.False(socket.IsClosed);
        _poller.Close(socket.Handle);
        Assert.True(socket.IsClosed);
        Assert.Throws<InvalidOperationException>(() => _poller.Close(socket.Handle));
    }

    private FakeSocket Open()
    {
        int listener = _poller.Network.Listen();
        FakeSocket socket = _poller.Connect();
        Assert.Equal(IoStatus.Done, _poller.Accept(listener, out int handle, out _));
        Assert.True(_poller.TryAdd(handle, SocketToken));
        Assert.Equal(new PollEvent(SocketToken, PollFlags.Writable), Single());
        return socket;
    }

    private PollEvent Single()
    {
        Assert.Equal(1, _poller.Wait(_events, -1));
        return _events[0];
    }
}

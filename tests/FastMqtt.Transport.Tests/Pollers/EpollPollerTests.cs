// What only epoll does: edges without a receive in between, over pairs of local sockets.

using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class EpollPollerTests : IDisposable
{
    private readonly EpollPoller _poller = new();
    private readonly PollEvent[] _events = new PollEvent[64];
    private readonly byte[] _buffer = new byte[64];

    public void Dispose() => _poller.Dispose();

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

    private IEnumerable<ulong> Tokens(int count) => _events[..count].Select(pollEvent => pollEvent.Token).Order();
}

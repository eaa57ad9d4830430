// What is bound is closed once, in whatever order the end of a broker and the removal of a listener come: a descriptor
// that is closed again may be somebody else's by then.

using System.Net;
using FastMqtt.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.Embedding;

public sealed class ListenerSetTests
{
    private readonly CountedSockets _sockets = new();
    private readonly ListenerSet _set;
    private readonly BrokerListener _first;
    private readonly BrokerListener _second;

    public ListenerSetTests()
    {
        var options = new BrokerOptions();
        _set = new ListenerSet(
            new BrokerState(options, NullLogger.Instance, TimeProvider.System, 1, store: null), _sockets);
        _first = _set.Open(EmbeddedBroker.Loopback(), CancellationToken.None);
        _second = _set.Open(EmbeddedBroker.Loopback(), CancellationToken.None);
    }

    [Fact]
    public void What_was_removed_is_not_closed_at_the_end()
    {
        Assert.True(Remove(_first));
        _set.CloseAll();
        AssertEachIsClosedOnce();
    }

    [Fact]
    public void What_was_closed_at_the_end_is_not_removed()
    {
        _set.CloseAll();
        Assert.False(Remove(_first));
        Assert.False(Remove(_second));
        AssertEachIsClosedOnce();
        Assert.Equal([_first, _second], _set.All);
    }

    [Fact]
    public void What_was_removed_is_not_removed_again()
    {
        Assert.True(Remove(_first));
        Assert.False(Remove(_first));
        Assert.True(Remove(_second));
        AssertEachIsClosedOnce();
    }

    [Fact]
    public void What_is_opened_after_the_end_is_closed_at_once()
    {
        _set.CloseAll();
        Assert.Throws<ObjectDisposedException>(() => _set.Open(EmbeddedBroker.Loopback(), CancellationToken.None));
        Assert.Equal([1, 2, 3], _sockets.Opened);
        AssertEachIsClosedOnce();
    }

    // As RemoveListenerAsync does.
    private bool Remove(BrokerListener listener)
    {
        bool isTaken = _set.TryTake(listener);
        if (isTaken)
        {
            listener.Sockets.Close();
        }

        return isTaken;
    }

    private void AssertEachIsClosedOnce() => Assert.Equal(_sockets.Opened, _sockets.Closed.Order());

    private sealed class CountedSockets : ISockets
    {
        public List<int> Opened { get; } = [];

        public List<int> Closed { get; } = [];

        public IPoller NewPoller() => throw new NotSupportedException();

        public int Listen(IPEndPoint endPoint, int backlog, bool noDelay, out IPEndPoint bound)
        {
            bound = endPoint;
            return Listen(string.Empty, backlog);
        }

        public int Listen(string path, int backlog)
        {
            Opened.Add(Opened.Count + 1);
            return Opened[^1];
        }

        public void SetNoDelay(int listener, bool noDelay)
        {
        }

        public void Close(int listener) => Closed.Add(listener);
    }
}

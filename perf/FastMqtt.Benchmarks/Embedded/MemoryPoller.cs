// A poller without a system: sockets are objects in an array, readiness is a list. Its calls cost some nanoseconds
// where a system call costs a microsecond, so what is measured over it is the broker alone. Not thread safe.

using FastMqtt.Transport;

namespace FastMqtt.Benchmarks.Embedded;

internal sealed class MemoryPoller : IPoller
{
    private readonly List<MemorySocket> _sockets = [];
    private MemorySocket[] _ready = new MemorySocket[256];
    private int _readyCount;
    private ulong _listenerToken;
    private int _accepted;

    /// <summary>Whether the next Wait has something to report.</summary>
    public bool HasEvents => _readyCount > 0 || _accepted < _sockets.Count;

    /// <summary>How long the last Wait would have slept.</summary>
    public int LastTimeoutMilliseconds { get; private set; }

    /// <summary>Events the last Wait reported.</summary>
    public int LastEventCount { get; private set; }

    public void Connect(MemorySocket socket) => _sockets.Add(socket);

    public void OnInput(MemorySocket socket)
    {
        if (socket.IsReady)
        {
            return;
        }

        socket.IsReady = true;
        if (_readyCount == _ready.Length)
        {
            Array.Resize(ref _ready, _readyCount * 2);
        }

        _ready[_readyCount++] = socket;
    }

    public int Wait(Span<PollEvent> events, int timeoutMilliseconds)
    {
        int count = 0;
        if (_accepted < _sockets.Count)
        {
            events[count++] = new PollEvent(_listenerToken, PollFlags.Readable);
        }

        // Those that were not accepted yet have no token to be reported by: they stay for the next Wait.
        int kept = 0;
        for (int i = 0; i < _readyCount; i++)
        {
            MemorySocket socket = _ready[i];
            if (socket.Token == 0 || count == events.Length)
            {
                _ready[kept++] = socket;
                continue;
            }

            socket.IsReady = false;
            events[count++] = new PollEvent(socket.Token, PollFlags.Readable);
        }

        _readyCount = kept;
        LastTimeoutMilliseconds = timeoutMilliseconds;
        LastEventCount = count;
        return count;
    }

    public void Wake()
    {
        // Nobody sleeps.
    }

    public bool TryAdd(int handle, ulong token)
    {
        _sockets[handle].Token = token;
        return true;
    }

    public bool TryAddListener(int handle, ulong token)
    {
        _listenerToken = token;
        return true;
    }

    public void Remove(int handle)
    {
        // A benchmark's connections stay until its end.
    }

    public IoStatus Accept(int listener, out int handle, out PeerAddress peer)
    {
        peer = default;
        handle = _accepted < _sockets.Count ? _accepted++ : -1;
        return handle < 0 ? IoStatus.WouldBlock : IoStatus.Done;
    }

    public IoStatus Peek(int handle, Span<byte> buffer, out int count) =>
        throw new NotSupportedException("No listener here expects a PROXY header.");

    public IoStatus Receive(int handle, Span<byte> buffer, out int count) =>
        _sockets[handle].Receive(buffer, out count);

    public IoStatus Send(int handle, ReadOnlySpan<byte> buffer, out int count)
    {
        _sockets[handle].Take(buffer);
        count = buffer.Length;
        return IoStatus.Done;
    }

    public IoStatus Send(int handle, ReadOnlySpan<IoVector> vectors, out int count)
    {
        MemorySocket socket = _sockets[handle];
        count = 0;
        foreach (IoVector vector in vectors)
        {
            socket.Take(vector.Span);
            count += vector.Span.Length;
        }

        return IoStatus.Done;
    }

    public IByteStream MoveTo(IPoller poller) => poller;

    public void ShutdownSend(int handle)
    {
        // As Remove.
    }

    public void ShutdownReceive(int handle)
    {
        // As Remove.
    }

    public void Close(int handle)
    {
        // As Remove.
    }

    public void Dispose()
    {
        // Owns nothing.
    }
}

// A poller without a system: the whole broker runs over it on the test's thread. Wait never blocks; it reports what is
// ready and what changed, in the order of the changes. Sockets are edge-triggered, listeners level-triggered.

using FastMqtt.Transport;

namespace FastMqtt.Broker.Tests.Scripted;

internal sealed class ScriptedPoller : IPoller
{
    private readonly Dictionary<int, ulong> _tokens = [];
    private readonly Dictionary<int, ulong> _listeners = [];
    private readonly List<FakeSocket> _changed = [];

    public ScriptedPoller(ScriptedNetwork? network = null) => Network = network ?? new ScriptedNetwork();

    public ScriptedNetwork Network { get; }

    /// <summary>How long the last Wait would have slept: when the broker's next timer is due.</summary>
    public int LastTimeoutMilliseconds { get; private set; }

    /// <summary>Events the last Wait reported: with nothing reported and nothing put off, the broker rests.</summary>
    public int LastEventCount { get; private set; }

    /// <summary>Wakes since the last Wait; an optimal sender does not wake twice.</summary>
    public int WakeCount { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>A client connects to the network's only listener.</summary>
    public FakeSocket Connect() => Network.Connect();

    public int Wait(Span<PollEvent> events, int timeoutMilliseconds)
    {
        LastTimeoutMilliseconds = timeoutMilliseconds;
        WakeCount = 0;
        int count = 0;
        foreach ((int handle, ulong token) in _listeners)
        {
            PollFlags flags = Network.Find<FakeListener>(handle)?.Ready ?? PollFlags.None;
            if (flags != PollFlags.None && count < events.Length)
            {
                events[count++] = new PollEvent(token, flags);
            }
        }

        int taken = 0;
        while (taken < _changed.Count && count < events.Length)
        {
            FakeSocket socket = _changed[taken++];
            if (socket.Ready != PollFlags.None)
            {
                events[count++] = new PollEvent(_tokens[socket.Handle], socket.Ready);
            }
        }

        _changed.RemoveRange(0, taken);
        LastEventCount = count;
        return count;
    }

    public void Wake() => WakeCount++;

    public bool TryAdd(int handle, ulong token)
    {
        FakeSocket? socket = Network.Find<FakeSocket>(handle);
        if (socket is null || socket.Changed is not null)
        {
            return false;
        }

        _tokens.Add(handle, token);
        socket.Changed = OnChanged;
        OnChanged(socket);
        return true;
    }

    public bool TryAddListener(int handle, ulong token) =>
        Network.Find<FakeListener>(handle) is not null && _listeners.TryAdd(handle, token);

    public void Remove(int handle)
    {
        _listeners.Remove(handle);
        if (_tokens.Remove(handle) && Network.Find<FakeSocket>(handle) is FakeSocket socket)
        {
            socket.Changed = null;
            _changed.Remove(socket);
        }
    }

    public IoStatus Accept(int listener, out int handle, out PeerAddress peer)
    {
        IoStatus status = Network.Accept(listener, out FakeSocket? socket);
        handle = socket?.Handle ?? -1;
        peer = socket?.Peer ?? default;
        return status;
    }

    public IoStatus Peek(int handle, Span<byte> buffer, out int count) => Socket(handle).Peek(buffer, out count);

    public IoStatus Receive(int handle, Span<byte> buffer, out int count) => Socket(handle).Receive(buffer, out count);

    public IoStatus Send(int handle, ReadOnlySpan<byte> buffer, out int count)
    {
        FakeSocket socket = Socket(handle);
        IoStatus status = socket.BeginSend();
        count = status == IoStatus.Done ? socket.Take(buffer) : 0;
        return status;
    }

    public IoStatus Send(int handle, ReadOnlySpan<IoVector> vectors, out int count)
    {
        FakeSocket socket = Socket(handle);
        IoStatus status = socket.BeginSend();
        count = 0;
        if (status != IoStatus.Done)
        {
            return status;
        }

        foreach (IoVector vector in vectors)
        {
            int taken = socket.Take(vector.Span);
            count += taken;
            if (taken < vector.Span.Length)
            {
                break;
            }
        }

        return status;
    }

    public IByteStream MoveTo(IPoller poller) => poller;

    public void ShutdownSend(int handle) => Socket(handle).OnSendEndedByBroker();

    public void ShutdownReceive(int handle) => throw new NotSupportedException("No TLS over scripted sockets.");

    public void Close(int handle)
    {
        Remove(handle);
        Network.Close(handle);
    }

    public void Dispose() => IsDisposed = true;

    private FakeSocket Socket(int handle) => Network.Find<FakeSocket>(handle)
        ?? throw new InvalidOperationException($"Handle {handle} is used after it was closed.");

    private void OnChanged(FakeSocket socket)
    {
        if (!_changed.Contains(socket))
        {
            _changed.Add(socket);
        }
    }
}

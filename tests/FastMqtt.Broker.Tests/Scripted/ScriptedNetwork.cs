// The in-memory "machine" that scripted pollers share: fake listeners and sockets by handle. Several pollers on one
// network are several dispatchers in one process: a handle may be moved from one to another. One thread, no clock.
// Handles are reused lowest first, as a kernel does, so that a stale event meets a new connection.

using FastMqtt.Transport;

namespace FastMqtt.Broker.Tests.Scripted;

internal sealed class ScriptedNetwork
{
    private const int FirstHandle = 3;

    private readonly SortedDictionary<int, FakeHandle> _handles = [];
    private ushort _nextPort = 50_000;

    /// <summary>Sockets that can still be accepted before Accept reports exhaustion.</summary>
    public int DescriptorsLeft { get; set; } = int.MaxValue;

    /// <summary>Sockets accepted and not yet closed by the broker.</summary>
    public int OpenSocketCount => _handles.Values.Count(handle => handle is FakeSocket);

    public int Listen()
    {
        FakeListener listener = new(LowestFreeHandle());
        _handles.Add(listener.Handle, listener);
        return listener.Handle;
    }

    /// <summary>A client connects. Nothing happens until the broker accepts; what is written waits.</summary>
    public FakeSocket Connect(int listener)
    {
        FakeSocket socket = new(_nextPort++);
        ((FakeListener)_handles[listener]).Waiting.Enqueue(socket);
        return socket;
    }

    /// <summary>Connects to the only listener.</summary>
    public FakeSocket Connect() => Connect(_handles.Values.OfType<FakeListener>().Single().Handle);

    public T? Find<T>(int handle)
        where T : FakeHandle => _handles.GetValueOrDefault(handle) as T;

    public IoStatus Accept(int listener, out FakeSocket? socket)
    {
        socket = null;
        Queue<FakeSocket> waiting = ((FakeListener)_handles[listener]).Waiting;
        if (waiting.Count == 0)
        {
            return IoStatus.WouldBlock;
        }

        if (DescriptorsLeft == 0)
        {
            return IoStatus.Exhausted;
        }

        DescriptorsLeft--;
        socket = waiting.Dequeue();
        socket.Handle = LowestFreeHandle();
        _handles.Add(socket.Handle, socket);
        return IoStatus.Done;
    }

    public void Close(int handle)
    {
        if (!_handles.Remove(handle, out FakeHandle? closed))
        {
            throw new InvalidOperationException($"Handle {handle} is closed twice, or was never open.");
        }

        if (closed is FakeSocket socket)
        {
            DescriptorsLeft++;
            socket.OnClosedByBroker();
        }
    }

    private int LowestFreeHandle()
    {
        int handle = FirstHandle;
        while (_handles.ContainsKey(handle))
        {
            handle++;
        }

        return handle;
    }
}

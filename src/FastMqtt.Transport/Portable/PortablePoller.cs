// The poller over System.Net.Sockets, for systems without epoll; on Linux it can be chosen. What a system call tells
// EpollPoller, pending operations tell this one: a socket that has nothing to read has a receive of zero bytes under
// way, a socket that takes no more has a send of the next bytes under way, a listener an accept. They complete on the
// runtime's threads, which report here; Wait hands out what was reported. Receive and Send are plain non-blocking calls
// on the dispatcher's thread, and WouldBlock is a value.
//
// Who writes what. A socket (PortableSocket) belongs to the thread that calls for its handle: its dispatcher, or the
// worker of its TLS handshake. That thread alone begins operations; what completes them only clears the mark that one
// is under way, and then reports. The owner, which poller a socket reports to, is written by TryAdd, Remove and Close.
// Handles are places in a table that all pollers of a broker share, so a connection moves by Remove here, TryAdd there.
//
// No event is lost.
//   Reading: Receive begins a watch whenever it comes back with less than there was room for. What arrives before the
//   watch begins completes it at once, what arrives later completes it then. Between the completion and the next such
//   Receive there is no watch, and none is needed: the report is on its way, or the reader knows that there is more.
//   Writing: the first bytes that the socket does not take are copied and sent by an operation, and count as sent.
//   Send says WouldBlock as long as it is under way, and its completion clears the mark before it reports Writable: who
//   was told WouldBlock is told Writable after that. No other way of asking a system when a socket takes more is common
//   to all. The copy is the only memory that a connection has here, and it has it only while it is blocked.
//   Reporting: flags are or-ed into the socket first, then the owner is read. TryAdd writes the owner first and reports
//   Writable itself after that. So either the reporter sees the new owner, or TryAdd's report carries the flags.
//   Who sets the mark Queued links the socket into the owner's stack; Wait takes the whole stack, and a socket's mark
//   and flags in one exchange, so that a report is in that exchange or queues the socket anew. A socket found in the
//   stack of a poller that it has left is reported to its owner again.
//   Sleeping: a reporter pushes, then looks whether the poller is Asleep (both with a full fence); the poller says
//   Asleep, then looks at the stack once more. One of them sees the other. Wake leaves Woken behind for the next Wait.
//
// Listeners are level-triggered and shared: see PortableListener. All members belong to the dispatcher's thread, except
// Wake; Receive, Send, ShutdownSend and Close of a connection may be its handshake worker's.

using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;

namespace FastMqtt.Transport.Portable;

internal sealed class PortablePoller : IPoller
{
    // Values of _sleep.
    private const int Awake = 0;
    private const int Asleep = 1;
    private const int Woken = 2;

    private readonly PortableSockets _sockets;
    private readonly SendGatherer _gatherer = new();
    private readonly List<KeyValuePair<PortableListener, ulong>> _listeners = [];
    private readonly Lock _wakeGate = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private int _sleep;
    private bool _isDisposed;

    // The stack of reported sockets, the newest first: pushed by any thread, taken whole by Wait.
    private PortableSocket? _reported;

    // What Wait has taken and not handed out yet, the oldest first.
#pragma warning disable CA2213 // It is the table's.
    private PortableSocket? _taken;
#pragma warning restore CA2213

    internal PortablePoller(PortableSockets sockets) => _sockets = sockets;

    public int Wait(Span<PollEvent> events, int timeoutMilliseconds)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        bool isWoken = Interlocked.Exchange(ref _sleep, Awake) == Woken;
        int count = Collect(events);
        if (count > 0 || isWoken || timeoutMilliseconds == 0)
        {
            return count;
        }

        if (Interlocked.CompareExchange(ref _sleep, Asleep, Awake) == Awake && !HasReady())
        {
            _wake.WaitOne(timeoutMilliseconds);
        }

        // A waker that was in between may still set the event: then a later Wait returns early, which it may.
        Interlocked.Exchange(ref _sleep, Awake);
        return Collect(events);
    }

    public void Wake()
    {
        if (Interlocked.Exchange(ref _sleep, Woken) == Asleep)
        {
            SetWake();
        }
    }

    public bool TryAdd(int handle, ulong token)
    {
        if (_sockets.SocketAt(handle) is not { } socket)
        {
            return false;
        }

        socket.Register(this, token);
        return true;
    }

    public bool TryAddListener(int handle, ulong token)
    {
        if (_sockets.ListenerAt(handle) is not { } listener || !listener.TryAdd(this))
        {
            return false;
        }

        _listeners.Add(new(listener, token));
        return true;
    }

    public void Remove(int handle)
    {
        if (_sockets.ListenerAt(handle) is { } listener)
        {
            _listeners.RemoveAll(entry => ReferenceEquals(entry.Key, listener));
            listener.Remove(this);
        }
        else
        {
            _sockets.SocketAt(handle)?.Unregister();
        }
    }

    public IoStatus Accept(int listener, out int handle, out PeerAddress peer)
    {
        handle = -1;
        peer = default;
        if (_sockets.ListenerAt(listener) is not { } listening)
        {
            return IoStatus.Failed;
        }

        while (true)
        {
            IoStatus status = listening.Accept(out Socket? accepted);
            if (status != IoStatus.Done)
            {
                return status;
            }

            if (listening.TryPrepare(accepted!, out peer))
            {
                handle = _sockets.AddConnection(accepted!);
                return IoStatus.Done;
            }

            accepted!.Dispose(); // its peer is gone already: the next one
        }
    }

    public IoStatus Receive(int handle, Span<byte> buffer, out int count)
    {
        count = 0;
        return _sockets.SocketAt(handle)?.Receive(buffer, out count) ?? IoStatus.Failed;
    }

    public IoStatus Peek(int handle, Span<byte> buffer, out int count)
    {
        count = 0;
        return _sockets.SocketAt(handle)?.Peek(buffer, out count) ?? IoStatus.Failed;
    }

    public IoStatus Send(int handle, ReadOnlySpan<byte> buffer, out int count)
    {
        count = 0;
        return _sockets.SocketAt(handle)?.Send(buffer, out count) ?? IoStatus.Failed;
    }

    public IoStatus Send(int handle, ReadOnlySpan<IoVector> vectors, out int count)
    {
        count = 0;
        return _sockets.SocketAt(handle) is { } socket
            ? _gatherer.Send(socket, vectors, out count)
            : IoStatus.Failed;
    }

    public void ShutdownSend(int handle) => _sockets.SocketAt(handle)?.ShutdownSend();

    public void ShutdownReceive(int handle) => _sockets.SocketAt(handle)?.ShutdownReceive();

    public void Close(int handle)
    {
        if (_sockets.SocketAt(handle) is { } socket)
        {
            _sockets.Remove(handle);
            socket.Dispose();
        }
    }

    public IByteStream MoveTo(IPoller poller) => poller;

    /// <summary>Connections still registered stay open: their owner closes them.</summary>
    public void Dispose()
    {
        lock (_wakeGate)
        {
            _isDisposed = true;
            _wake.Dispose();
        }

        while (_taken is not null || TryTakeReported())
        {
            _ = TryTakeFirst(out _); // what has moved on is reported there
        }
    }

    /// <summary>From any thread: a socket that is marked as queued has something to report.</summary>
    internal void Push(PortableSocket socket)
    {
        PortableSocket? head = Volatile.Read(ref _reported);
        while (true)
        {
            socket.Next = head;
            PortableSocket? found = Interlocked.CompareExchange(ref _reported, socket, head);
            if (ReferenceEquals(found, head))
            {
                break;
            }

            head = found;
        }

        WakeIfAsleep();
    }

    /// <summary>From any thread, after something became ready and a full fence.</summary>
    internal void WakeIfAsleep()
    {
        if (Volatile.Read(ref _sleep) == Asleep
            && Interlocked.CompareExchange(ref _sleep, Woken, Asleep) == Asleep)
        {
            SetWake();
        }
    }

    private void SetWake()
    {
        lock (_wakeGate)
        {
            if (!_isDisposed)
            {
                _wake.Set();
            }
        }
    }

    private bool HasReady()
    {
        foreach (KeyValuePair<PortableListener, ulong> entry in _listeners)
        {
            if (entry.Key.IsReadyFor(this))
            {
                return true;
            }
        }

        return _taken is not null || Volatile.Read(ref _reported) is not null;
    }

    private int Collect(Span<PollEvent> events)
    {
        int count = 0;
        foreach (KeyValuePair<PortableListener, ulong> entry in _listeners)
        {
            if (count < events.Length && entry.Key.IsReadyFor(this))
            {
                events[count++] = new PollEvent(entry.Value, PollFlags.Readable);
            }
        }

        while (count < events.Length && (_taken is not null || TryTakeReported()))
        {
            if (TryTakeFirst(out PollEvent ready))
            {
                events[count++] = ready;
            }
        }

        return count;
    }

    private bool TryTakeFirst(out PollEvent ready)
    {
        PortableSocket socket = _taken!;
        _taken = socket.Next;
        socket.Next = null; // before its mark is cleared: then it may be pushed again
        return socket.TryTake(this, out ready);
    }

    // The stack turned over: who has waited longest comes first.
    private bool TryTakeReported()
    {
        PortableSocket? newest = Volatile.Read(ref _reported) is null
            ? null
            : Interlocked.Exchange(ref _reported, null);
        while (newest is not null)
        {
            PortableSocket? next = newest.Next;
            newest.Next = _taken;
            _taken = newest;
            newest = next;
        }

        return _taken is not null;
    }
}

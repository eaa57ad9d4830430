// A connection of the portable poller: its socket, what is under way on it, and what it has to report. The protocol of
// its threads is described in PortablePoller.

using System;
using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading;

namespace FastMqtt.Transport.Portable;

internal sealed class PortableSocket : IDisposable
{
    // In _ready, beside PollFlags: the socket is in the stack of a poller.
    private const int Queued = 0x100;

    // Values of _send.
    private const int Idle = 0;
    private const int Sending = 1;
    private const int Closed = 2;

    // What is sent by an operation when the socket takes no more: enough that the system reports it once there is room
    // again, and little, because it is copied and kept.
    private const int BlockedBytes = 4 * 1024;

    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _watch = new(true);
    private SocketAsyncEventArgs? _sending;
    private byte[]? _blocked;
    private PortablePoller? _owner;
    private ulong _token;
    private int _ready;
    private int _send;
    private bool _isWatching;
    private bool _isReceiveBroken;
    private bool _isSendBroken;
    private bool _isSendEnded;
    private bool _isReceiveEnded;

    // What Peek has taken from the socket and Receive has not handed out.
    private byte[]? _peeked;
    private int _peekedStart;
    private int _peekedEnd;

    /// <summary>A connected, non-blocking socket, which belongs to this object from now on.</summary>
    public PortableSocket(Socket socket)
    {
        _socket = socket;
        _watch.SetBuffer(Memory<byte>.Empty);
        _watch.UserToken = this;
        _watch.Completed += static (_, watch) => ((PortableSocket)watch.UserToken!).OnWatched();
    }

    /// <summary>The one behind it, in the stack of a poller or in what its Wait has taken.</summary>
    public PortableSocket? Next { get; set; }

    internal Socket Socket => _socket;

    /// <summary>From now on it reports to this poller: first of all that it is writable.</summary>
    public void Register(PortablePoller owner, ulong token)
    {
        _token = token;
        Volatile.Write(ref _owner, owner);
        Watch();
        Report(PollFlags.Writable);
    }

    /// <summary>What it would report is kept for the next poller.</summary>
    public void Unregister() => Volatile.Write(ref _owner, null);

    /// <summary>
    /// For the Wait of a poller that has found it in its stack: what it reports. False: it is no longer there.
    /// </summary>
    public bool TryTake(PortablePoller poller, out PollEvent ready)
    {
        var flags = (PollFlags)(Interlocked.Exchange(ref _ready, 0) & ~Queued);
        ready = new PollEvent(_token, flags);
        if (ReferenceEquals(Volatile.Read(ref _owner), poller))
        {
            return true;
        }

        Report(flags);
        return false;
    }

    public IoStatus Receive(Span<byte> buffer, out int count)
    {
        count = TakePeeked(buffer);
        if (count > 0 && count == buffer.Length)
        {
            return IoStatus.Done;
        }

        IoStatus status = ReceiveNow(buffer[count..], out int received);
        count += received;
        if (count > received && status != IoStatus.Done)
        {
            Watch(); // there was something: the next call says what has happened, and an event brings it about
            return IoStatus.Done;
        }

        return status;
    }

    /// <summary>
    /// Takes from the socket and keeps it for Receive: a watch would complete again and again while what was looked at
    /// lies in the socket.
    /// </summary>
    public IoStatus Peek(Span<byte> buffer, out int count)
    {
        _peeked ??= new byte[buffer.Length];
        IoStatus status = _peekedEnd < _peeked.Length
            ? ReceiveNow(_peeked.AsSpan(_peekedEnd), out int received)
            : ReceiveNothing(out received);
        _peekedEnd += received;
        count = Math.Min(_peekedEnd - _peekedStart, buffer.Length);
        _peeked.AsSpan(_peekedStart, count).CopyTo(buffer);
        if (count == 0)
        {
            return status;
        }

        if (status is IoStatus.Closed or IoStatus.Failed)
        {
            Report(PollFlags.Readable | PollFlags.PeerClosed);
        }

        return IoStatus.Done;
    }

    /// <summary>Fewer than offered, or WouldBlock: a send is under way, and Writable follows it.</summary>
    public IoStatus Send(ReadOnlySpan<byte> buffer, out int count)
    {
        count = 0;
        if (Volatile.Read(ref _send) == Sending)
        {
            return IoStatus.WouldBlock;
        }

        while (count < buffer.Length)
        {
            if (_isSendBroken || _isSendEnded)
            {
                return IoStatus.Failed;
            }

            int sent = _socket.Send(buffer[count..], SocketFlags.None, out SocketError error);
            if (error == SocketError.Success)
            {
                count += sent;
            }
            else if (error != SocketError.WouldBlock)
            {
                return IoStatus.Failed;
            }
            else if (IsBlocked(buffer[count..], ref count))
            {
                return IoStatus.Done;
            }
        }

        return IoStatus.Done;
    }

    /// <summary>After what is being sent.</summary>
    public void ShutdownSend()
    {
        _isSendEnded = true;
        Interlocked.MemoryBarrier(); // either we see that the send is over, or it sees the mark
        if (Volatile.Read(ref _send) != Sending)
        {
            EndSending();
        }
    }

    public void ShutdownReceive()
    {
        _isReceiveEnded = true;
        Report(PollFlags.Readable | PollFlags.PeerClosed);
    }

    public void Dispose()
    {
        Unregister();

        // A close with an operation under way is a reset to .NET, unless the outgoing stream has been ended.
        EndSending();
        _socket.Dispose();
        _watch.Dispose();
        _peeked = null;
        if (Interlocked.Exchange(ref _send, Closed) != Sending)
        {
            _sending?.Dispose(); // otherwise when it is over
        }
    }

    private IoStatus ReceiveNow(Span<byte> room, out int count)
    {
        if (_isReceiveEnded || Volatile.Read(ref _isReceiveBroken))
        {
            count = 0;
            return _isReceiveEnded ? IoStatus.Closed : IoStatus.Failed;
        }

        count = _socket.Receive(room, SocketFlags.None, out SocketError error);
        if (error == SocketError.Success)
        {
            if (count > 0 && count < room.Length)
            {
                Watch();
            }

            return count > 0 ? IoStatus.Done : IoStatus.Closed;
        }

        count = 0;
        if (error != SocketError.WouldBlock)
        {
            return IoStatus.Failed;
        }

        Watch();
        return IoStatus.WouldBlock;
    }

    private static IoStatus ReceiveNothing(out int count)
    {
        count = 0;
        return IoStatus.Done;
    }

    private int TakePeeked(Span<byte> buffer)
    {
        int count = Math.Min(_peekedEnd - _peekedStart, buffer.Length);
        if (count > 0)
        {
            _peeked.AsSpan(_peekedStart, count).CopyTo(buffer);
            _peekedStart += count;
            if (_peekedStart == _peekedEnd)
            {
                _peeked = null;
                _peekedStart = 0;
                _peekedEnd = 0;
            }
        }

        return count;
    }

    // At most one watch: only the socket's own thread begins one.
    private void Watch()
    {
        if (!Volatile.Read(ref _isWatching))
        {
            _isWatching = true;
            if (!_socket.ReceiveAsync(_watch))
            {
                OnWatched();
            }
        }
    }

    private void OnWatched()
    {
        bool isBroken = _watch.SocketError != SocketError.Success;
        if (isBroken)
        {
            Volatile.Write(ref _isReceiveBroken, true);
        }

        Volatile.Write(ref _isWatching, false);
        Report(isBroken ? PollFlags.Readable | PollFlags.Error : PollFlags.Readable);
    }

    // True: a send is under way. False: it was done at once, so the socket takes more, or has failed.
    private bool IsBlocked(ReadOnlySpan<byte> rest, ref int count)
    {
        Debug.Assert(_send == Idle, "There is a send under way.");
        if (_sending is null)
        {
            _sending = new SocketAsyncEventArgs(true) { UserToken = this };
            _sending.Completed += static (_, sending) => ((PortableSocket)sending.UserToken!).OnSent();
        }

        int size = Math.Min(rest.Length, BlockedBytes);
        _blocked = ArrayPool<byte>.Shared.Rent(BlockedBytes);
        rest[..size].CopyTo(_blocked);
        _sending.SetBuffer(_blocked, 0, size);
        count += size;
        Volatile.Write(ref _send, Sending);
        if (_socket.SendAsync(_sending))
        {
            return true;
        }

        _ = TakeSent();
        return false;
    }

    private void OnSent()
    {
        bool isBroken = TakeSent();
        Interlocked.MemoryBarrier(); // ShutdownSend has one too
        if (_isSendEnded)
        {
            EndSending();
        }

        Report(isBroken ? PollFlags.Readable | PollFlags.Writable | PollFlags.Error : PollFlags.Writable);
    }

    // True: it failed.
    private bool TakeSent()
    {
        SocketAsyncEventArgs sending = _sending!;
        bool isBroken = sending.SocketError != SocketError.Success;
        if (isBroken)
        {
            _isSendBroken = true;
        }

        byte[] blocked = _blocked!;
        _blocked = null;
        sending.SetBuffer(Memory<byte>.Empty);
        ArrayPool<byte>.Shared.Return(blocked);
        if (Interlocked.CompareExchange(ref _send, Idle, Sending) == Closed)
        {
            sending.Dispose();
        }

        return isBroken;
    }

    private void EndSending()
    {
        if (_isReceiveBroken || _isSendBroken)
        {
            return; // there is no peer to be told
        }

        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Reset meanwhile, or closed by its own thread while a send completes: nobody is there either.
        }
    }

    private void Report(PollFlags flags)
    {
        int before = Interlocked.Or(ref _ready, (int)flags);
        if (Volatile.Read(ref _owner) is { } owner
            && (before & Queued) == 0
            && (Interlocked.Or(ref _ready, Queued) & Queued) == 0)
        {
            owner.Push(this);
        }
    }
}

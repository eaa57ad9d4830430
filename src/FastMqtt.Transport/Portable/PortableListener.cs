// A listener of the portable poller, shared by the pollers of a broker. It is ready as long as no accept is under way:
// one connection may be taken from the system already, or nobody has asked yet whether there are more. Then one of its
// pollers, each in its turn, is told in every Wait until an Accept finds nothing; that Accept leaves an operation under
// way, whose completion makes the listener ready again. A lock guards it: connecting is not the data path.

using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace FastMqtt.Transport.Portable;

internal sealed class PortableListener : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _accept = new(true);
    private readonly List<PortablePoller> _pollers = [];
    private bool _isPending;
    private bool _isClosed;
    private bool _noDelay;
    private int _turn;

    // What the last accept has come to and nobody has taken: a connection or an error.
    private Socket? _accepted;
    private SocketError _error;

    // Who is told that the listener is ready; null while it is not. Written under the lock, read without.
    private PortablePoller? _told;

    /// <summary>A listening socket, which belongs to this object from now on.</summary>
    public PortableListener(Socket socket, bool noDelay)
    {
        _socket = socket;
        _noDelay = noDelay;
        _accept.Completed += (_, _) => OnAccepted();
    }

    public bool NoDelay
    {
        get => Volatile.Read(ref _noDelay);
        set => Volatile.Write(ref _noDelay, value);
    }

    public bool IsReadyFor(PortablePoller poller) => ReferenceEquals(Volatile.Read(ref _told), poller);

    public bool TryAdd(PortablePoller poller)
    {
        lock (_gate)
        {
            if (_isClosed || _pollers.Contains(poller))
            {
                return false;
            }

            _pollers.Add(poller);
            if (!_isPending && !HasResult)
            {
                Begin();
            }

            Tell();
            return true;
        }
    }

    public void Remove(PortablePoller poller)
    {
        lock (_gate)
        {
            _pollers.Remove(poller);
            Tell();
        }
    }

    public IoStatus Accept(out Socket? accepted)
    {
        accepted = null;
        lock (_gate)
        {
            while (true)
            {
                if (!_isPending && !HasResult && !_isClosed)
                {
                    Begin();
                }

                if (_isPending || _isClosed)
                {
                    _told = null;
                    return IoStatus.WouldBlock;
                }

                (accepted, _accepted) = (_accepted, null);
                (SocketError error, _error) = (_error, SocketError.Success);
                if (accepted is not null)
                {
                    return IoStatus.Done;
                }

                if (!IsOfLostConnection(error))
                {
                    return error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable
                        ? IoStatus.Exhausted
                        : IoStatus.Failed;
                }
            }
        }
    }

    /// <summary>Makes an accepted socket as its listener wants it. False: its peer is gone.</summary>
    public bool TryPrepare(Socket accepted, out PeerAddress peer)
    {
        peer = PeerAddress.LocalSocket;
        try
        {
            accepted.Blocking = false;
            if (accepted.RemoteEndPoint is IPEndPoint endPoint)
            {
                peer = PeerAddress.FromEndPoint(endPoint);
                accepted.NoDelay = NoDelay;
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _told = null;
            _pollers.Clear();
            _accepted?.Dispose();
            _accepted = null;
            _socket.Dispose();
            _accept.Dispose();
        }
    }

    private bool HasResult => _accepted is not null || _error != SocketError.Success;

    private static bool IsOfLostConnection(SocketError error) => error is SocketError.ConnectionAborted
        or SocketError.ConnectionReset or SocketError.NetworkDown or SocketError.NetworkUnreachable
        or SocketError.HostDown or SocketError.HostUnreachable;

    // Under the lock.
    private void Begin()
    {
        _isPending = true;
        if (!_socket.AcceptAsync(_accept))
        {
            Take();
        }
    }

    // Under the lock.
    private void Take()
    {
        _isPending = false;
        _error = _accept.SocketError;
        _accepted = _error == SocketError.Success ? _accept.AcceptSocket : null;
        if (!_isClosed)
        {
            _accept.AcceptSocket = null;
        }
    }

    private void OnAccepted()
    {
        lock (_gate)
        {
            Take();
            if (_isClosed)
            {
                _accepted?.Dispose();
                _accepted = null;
            }

            Tell();
        }
    }

    // Under the lock: the next poller in turn, if the listener is ready, and has to be told that it is.
    private void Tell()
    {
        if (_isPending || _pollers.Count == 0)
        {
            _told = null;
            return;
        }

        if (_told is null || !_pollers.Contains(_told))
        {
            _turn = (_turn + 1) % _pollers.Count;
            PortablePoller next = _pollers[_turn];
            Volatile.Write(ref _told, next);
            Interlocked.MemoryBarrier(); // it says Asleep before it looks whether it is told
            next.WakeIfAsleep();
        }
    }
}

// The sockets of a broker over System.Net.Sockets: makes its listeners and pollers, and owns the table in which a
// handle finds its socket. The table grows by pieces that never move: reading it takes no lock, and whoever has a
// handle has it from the thread that added it, by a message or a registration that orders the two.

using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace FastMqtt.Transport.Portable;

internal sealed class PortableSockets : ISockets
{
    private const int PieceShift = 10;
    private const int PieceLength = 1 << PieceShift;

    private readonly Lock _gate = new();
    private readonly Stack<int> _free = new();
    private object?[][] _pieces = [];
    private int _used;

    public IPoller NewPoller() => new PortablePoller(this);

    public int Listen(IPEndPoint endPoint, int backlog, bool noDelay, out IPEndPoint bound)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                socket.ExclusiveAddressUse = true; // there another program could otherwise bind the same port
            }

            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = endPoint.Address.Equals(IPAddress.IPv6Any);
            }

            socket.Bind(endPoint);
            socket.Listen(backlog);
            bound = (IPEndPoint)socket.LocalEndPoint!;
            return AddListener(socket, noDelay);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public int Listen(string path, int backlog)
    {
        if (!Socket.OSSupportsUnixDomainSockets)
        {
            throw new SocketException((int)SocketError.AddressFamilyNotSupported);
        }

        _ = SocketFile.CheckPath(path);
        SocketFile.RemoveStale(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, SocketFile.Mode); // before anybody can connect
            }

            socket.Listen(backlog);
            return AddListener(socket, noDelay: false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void SetNoDelay(int listener, bool noDelay)
    {
        if (ListenerAt(listener) is { } listening)
        {
            listening.NoDelay = noDelay;
        }
    }

    public void Close(int listener)
    {
        if (ListenerAt(listener) is { } listening)
        {
            Remove(listener);
            listening.Dispose();
        }
    }

    internal PortableSocket? SocketAt(int handle) => At(handle) as PortableSocket;

    internal PortableListener? ListenerAt(int handle) => At(handle) as PortableListener;

#pragma warning disable CA2000 // They are the table's, until their handle is closed.
    /// <summary>A handle for a connected, non-blocking socket. From any thread.</summary>
    internal int AddConnection(Socket socket) => Add(new PortableSocket(socket));

    private int AddListener(Socket socket, bool noDelay) => Add(new PortableListener(socket, noDelay));
#pragma warning restore CA2000

    /// <summary>From any thread. The handle may be another's at once.</summary>
    internal void Remove(int handle)
    {
        lock (_gate)
        {
            _pieces[handle >> PieceShift][handle & (PieceLength - 1)] = null;
            _free.Push(handle);
        }
    }

    private int Add(object entry)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out int handle))
            {
                handle = _used++;
                if (handle >> PieceShift == _pieces.Length)
                {
                    Volatile.Write(ref _pieces, [.. _pieces, new object?[PieceLength]]);
                }
            }

            Volatile.Write(ref _pieces[handle >> PieceShift][handle & (PieceLength - 1)], entry);
            return handle;
        }
    }

    private object? At(int handle)
    {
        object?[][] pieces = Volatile.Read(ref _pieces);
        int piece = handle >> PieceShift;
        return (uint)piece < (uint)pieces.Length ? pieces[piece][handle & (PieceLength - 1)] : null;
    }
}

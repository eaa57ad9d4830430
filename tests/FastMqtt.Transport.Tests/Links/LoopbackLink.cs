// A connection over TCP on the machine's loopback, with an ordinary Socket as the peer.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Transport.Linux;
using FastMqtt.Transport.Portable;

namespace FastMqtt.Transport.Tests.Links;

internal class LoopbackLink : Link
{
    private readonly ISockets _sockets;
    private readonly Socket _peer;
    private readonly byte[] _buffer = new byte[64 * 1024];

    public LoopbackLink()
        : this(new EpollSockets(), IPAddress.Loopback)
    {
    }

    public LoopbackLink(ISockets sockets, IPAddress address)
        : base(sockets.NewPoller())
    {
        _sockets = sockets;
        int listener = sockets.Listen(new IPEndPoint(address, 0), 1, noDelay: true, out IPEndPoint bound);
        _peer = new Socket(bound.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _peer.Connect(bound);
        _peer.Blocking = false;
        Assert.True(Poller.TryAddListener(listener, 1));
        Assert.Equal(1, Poller.Wait(new PollEvent[1], 5000));
        Assert.Equal(IoStatus.Done, Poller.Accept(listener, out int handle, out PeerAddress peer));
        Poller.Remove(listener);
        sockets.Close(listener);
        Connection = new Connection(Poller, handle, peer) { Token = Token };
        Assert.True(Poller.TryAdd(handle, Token));
        Await(PollFlags.Writable);
    }

    public EndPoint PeerEndPoint => _peer.LocalEndPoint!;

    protected override bool TakesTime => true;

    public override int PeerWrite(ReadOnlySpan<byte> bytes)
    {
        int count = _peer.Send(bytes, SocketFlags.None, out SocketError error);
        Assert.True(error is SocketError.Success or SocketError.WouldBlock, error.ToString());
        return count;
    }

    public override byte[] PeerRead()
    {
        int count = _peer.Receive(_buffer, SocketFlags.None, out SocketError error);
        Assert.True(error is SocketError.Success or SocketError.WouldBlock, error.ToString());
        return _buffer[..count];
    }

    /// <summary>The peer sends, without an allocation, what there is room for.</summary>
    public void PeerSend(byte[] bytes) => _peer.Send(bytes, SocketFlags.None, out _);

    /// <summary>The peer receives so many bytes, without an allocation.</summary>
    public void PeerDiscard(int count)
    {
        while (count > 0)
        {
            int received = _peer.Receive(_buffer.AsSpan(0, Math.Min(count, _buffer.Length)), SocketFlags.None, out _);
            count -= Math.Max(received, 0);
        }
    }

    public override void PeerEnd() => _peer.Shutdown(SocketShutdown.Send);

    public override void PeerReset()
    {
        _peer.LingerState = new LingerOption(true, 0);
        _peer.Close();
    }

    public override void NarrowSend()
    {
        _peer.ReceiveBufferSize = 32 * 1024;
        NarrowSend(_sockets, Connection.Handle);
    }

    /// <summary>A send buffer of a few KiB.</summary>
    public static void NarrowSend(ISockets sockets, int handle)
    {
        const int Bytes = 8 * 1024;
        if (sockets is PortableSockets portable)
        {
            portable.SocketAt(handle)!.Socket.SendBufferSize = Bytes;
        }
        else
        {
            NativeSockets.SetSendBuffer(handle, Bytes);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _peer.Dispose();
    }
}

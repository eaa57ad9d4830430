// A TLS connection over TCP on the machine's loopback, with our own client as the peer. Both ends are on the test's
// thread and share its wire, as the connections of a dispatcher do.

using System.Net;
using FastMqtt.Transport.Linux;
using FastMqtt.Transport.Tests.Tls;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Transport.Tests.Links;

internal class TlsLink : Link
{
    private const int LingerOption = 13;
    private const int ReceiveBufferOption = 8;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly ISockets _sockets;
    private readonly EpollPoller _peerPoller = new();
    private readonly TlsStream _peer;
    private int _peerHandle;

    public TlsLink()
        : this(new EpollSockets(), TlsVersion.Tls13)
    {
    }

    protected TlsLink(ISockets sockets, TlsVersion version)
        : base(sockets.NewPoller())
    {
        _sockets = sockets;
        using TestCertificates certificates = new();
        TlsOptions options = new();
        options.Certificates.Add(certificates.Server("server", "localhost"));
        int listener = sockets.Listen(
            new IPEndPoint(IPAddress.Loopback, 0), 1, noDelay: true, out IPEndPoint bound);
        _peerHandle = ConnectSocket.Begin(bound);
        int handle;
        PeerAddress address;
        while (Poller.Accept(listener, out handle, out address) == IoStatus.WouldBlock)
        {
        }

        sockets.Close(listener);
        Stream = new TlsContext(options).Accept(Poller, handle);
        _peer = new TlsClient(new TlsClientOptions { HostName = "localhost", MaximumVersion = version })
            .Connect(_peerPoller, _peerHandle);
        Handshake();
        Connection = new Connection(Poller, handle, address) { Token = Token };
        Connection.Replace(Stream);
        Assert.True(Poller.TryAdd(handle, Token));
        Await(PollFlags.Writable);
        Assert.Equal(version, Stream.Agreement.Version);
        Assert.Equal("mqtt", Stream.Agreement.ApplicationProtocol);
    }

    public TlsStream Stream { get; }

    public int PeerHandle => _peerHandle;

    protected override bool TakesTime => true;

    public override int PeerWrite(ReadOnlySpan<byte> bytes)
    {
        IoStatus status = _peer.Send(_peerHandle, bytes, out int count);
        Assert.True(status is IoStatus.Done or IoStatus.WouldBlock, status.ToString());
        return count;
    }

    public override byte[] PeerRead()
    {
        IoStatus status = _peer.Receive(_peerHandle, _buffer, out int count);
        Assert.True(status is IoStatus.Done or IoStatus.WouldBlock or IoStatus.Closed, status.ToString());
        return _buffer[..count];
    }

    // The same without an allocation or a copy.
    public void PeerSend(byte[] bytes)
    {
        if (_peer.Send(_peerHandle, bytes, out int count) != IoStatus.Done || count != bytes.Length)
        {
            throw new InvalidOperationException("The way to the connection is full.");
        }
    }

    public int PeerReceive(byte[] buffer)
    {
        _peer.Receive(_peerHandle, buffer, out int count);
        return count;
    }

    /// <summary>What the peer's next receive says.</summary>
    public IoStatus PeerStatus() => _peer.Receive(_peerHandle, _buffer, out _);

    public override void PeerEnd() => _peer.ShutdownSend(_peerHandle);

    /// <summary>The peer says that it will send no more, in TLS only: its socket stays open.</summary>
    public void PeerNotifyClose() => _peer.NotifyClose(_peerHandle);

    public override unsafe void PeerReset()
    {
        int* linger = stackalloc int[] { 1, 0 };
        Assert.Equal(0, Libc.SetOption(_peerHandle, Libc.SocketLevel, LingerOption, linger, 2 * sizeof(int)));
        _ = Libc.Close(_peerHandle);
        _peerHandle = -1;
    }

    /// <summary>The peer sends what is no record of TLS.</summary>
    public unsafe void PeerWriteRaw(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            Assert.Equal(bytes.Length, Libc.Send(_peerHandle, first, (nuint)bytes.Length, Libc.NoSignal));
        }
    }

    public override unsafe void NarrowSend()
    {
        int bytes = 32 * 1024;
        Assert.Equal(0, Libc.SetOption(_peerHandle, Libc.SocketLevel, ReceiveBufferOption, &bytes, sizeof(int)));
        LoopbackLink.NarrowSend(_sockets, Connection.Handle);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (_peerHandle >= 0)
        {
            _peer.Close(_peerHandle);
        }

        _peerPoller.Dispose();
    }

    // Neither end waits for the other one: each step goes as far as it gets.
    private void Handshake()
    {
        TlsHandshakeStatus server = TlsHandshakeStatus.WantRead;
        TlsHandshakeStatus client = TlsHandshakeStatus.WantRead;
        while (server != TlsHandshakeStatus.Done || client != TlsHandshakeStatus.Done)
        {
            client = client == TlsHandshakeStatus.Done ? client : Step(_peer);
            server = server == TlsHandshakeStatus.Done ? server : Step(Stream);
        }

        Stream.BeginData();
        _peer.BeginData();
    }

    private static TlsHandshakeStatus Step(TlsStream stream)
    {
        stream.BeginStep();
        TlsHandshakeStatus status = stream.Step();
        Assert.True(status != TlsHandshakeStatus.Failed, stream.Failure);
        return status;
    }
}

// A TLS listener driven by the test's thread, and SslStream as its client on other threads: two implementations that
// have nothing in common but the standard.

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Transport.Buffers;
using FastMqtt.Transport.Linux;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Transport.Tests.Tls;

internal sealed class TlsServer : IDisposable
{
    private const ulong ListenerToken = 1;
    private const ulong ConnectionToken = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ISockets _sockets;
    private readonly IPoller _poller;
    private readonly SlabPool _pool = new();
    private readonly ReceiveArea _area = new();
    private readonly int _listener;
    private Connection? _connection;
    private bool _hasData;

    public TlsServer(TlsOptions options, ISockets? sockets = null)
    {
        _sockets = sockets ?? new EpollSockets();
        _poller = _sockets.NewPoller();
        Context = new TlsContext(options);
        _listener = _sockets.Listen(
            new IPEndPoint(IPAddress.Loopback, 0), 16, noDelay: true, out IPEndPoint bound);
        EndPoint = bound;
        Assert.True(_poller.TryAddListener(_listener, ListenerToken));
    }

    public TlsContext Context { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>A client that trusts every server, or judges it by what the caller says.</summary>
    public async Task<SslStream> ConnectAsync(SslClientAuthenticationOptions? options = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint).ConfigureAwait(false);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        options ??= new SslClientAuthenticationOptions();
        options.TargetHost ??= "localhost";
        options.RemoteCertificateValidationCallback ??= (_, _, _, _) => true;
        try
        {
            await stream.AuthenticateAsClientAsync(options).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>A raw connection, for clients that do not speak TLS or other implementations of it.</summary>
    public Socket ConnectRaw()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(EndPoint);
        return socket;
    }

    /// <summary>Accepts one connection and does its handshake, whatever it comes to.</summary>
    public TlsStream Accept(out TlsHandshakeStatus status)
    {
        Close();
        int handle;
        PeerAddress peer;
        while (_poller.Accept(_listener, out handle, out peer) == IoStatus.WouldBlock)
        {
            Wait();
        }

        TlsStream stream = Context.Accept(_poller, handle);
        _connection = new Connection(_poller, handle, peer);
        _connection.Replace(stream);
        Assert.True(_poller.TryAdd(handle, ConnectionToken));
        while (true)
        {
            stream.BeginStep();
            status = stream.Step();
            if (status is TlsHandshakeStatus.Done)
            {
                stream.BeginData();
                _hasData = true;
                return stream;
            }

            if (status is TlsHandshakeStatus.Failed)
            {
                stream.BeginEnd();
                return stream;
            }

            Wait();
        }
    }

    /// <summary>Accepts a connection whose handshake must succeed.</summary>
    public TlsStream Accept()
    {
        TlsStream stream = Accept(out TlsHandshakeStatus status);
        Assert.True(status == TlsHandshakeStatus.Done, stream.Failure);
        return stream;
    }

    /// <summary>
    /// Ends the connection as the broker ends one that was refused: the peer gets to read the reason.
    /// </summary>
    public void End()
    {
        TakeOver();
        _connection!.ShutdownSend();
    }

    /// <summary>Sends back the next bytes that come.</summary>
    public void Echo()
    {
        TakeOver();
        while (true)
        {
            IoStatus status = _connection!.Receive(_area, _pool, out ReadOnlySpan<byte> unread, out _);
            Assert.True(status is IoStatus.Done or IoStatus.WouldBlock, status.ToString());
            if (status == IoStatus.Done)
            {
                unread.CopyTo(_connection.GetOutput(unread.Length, _pool));
                _connection.Advance(unread.Length);
                _connection.Consume(unread.Length, 0, _pool);
                Assert.Equal(IoStatus.Done, _connection.Flush(_pool));
                return;
            }

            Wait();
        }
    }

    public void Dispose()
    {
        Close();
        _sockets.Close(_listener);
        _poller.Dispose();
    }

    // A test goes on where its await ended, which may be another thread.
    private void TakeOver()
    {
        if (_hasData)
        {
            _connection!.MoveTo(_poller);
        }
    }

    private void Close()
    {
        TakeOver();
        _connection?.Close(_pool);
        _hasData = false;
    }

    private void Wait()
    {
        PollEvent[] events = new PollEvent[4];
        Assert.True(_poller.Wait(events, (int)Patience.TotalMilliseconds) > 0, "Nothing came.");
    }
}

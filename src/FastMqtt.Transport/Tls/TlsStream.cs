// One TLS connection: the stream between a Connection and its socket. OpenSSL does the cryptography; the socket belongs
// to the dispatcher's poller as a plain one does, and all of a thread's connections share its TlsWire. Idle, this
// object and OpenSSL's state of the connection are all there is.
//
// Life: made for an accepted socket, without any OpenSSL state. Then the handshake, step by step, each step on a worker
// thread while the dispatcher leaves the stream alone (BeginStep, Step). When a step says Done, BeginData gives it back
// to the dispatcher for good. Close during a step leaves the closing to the worker: the descriptor must not be free for
// another connection while the worker may still use it.
//
// Receive and Send neither allocate nor throw nor block. What one record of the peer cannot fill is received record by
// record until the socket is drained, for no event will come for what OpenSSL has already taken.

using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;

namespace FastMqtt.Transport.Tls;

internal sealed unsafe class TlsStream : IByteStream
{
    // Values of _step.
    private const int NoStep = 0;
    private const int Stepping = 1;
    private const int Abandoned = 2;

    // Room from which a fetch into the wire's area beats receiving record by record.
    private const int FetchBytesMin = 4 * 1024;

    private readonly int _handle;
    private IPoller _poller;
    private TlsSettings? _settings;
    private HandshakeGate? _gate;
    private TlsWire? _wire;
    private nint _ssl;
    private int _step;

    // Not Done once reading has come to its end: what there is to say about it.
    private IoStatus _end;
    private bool _mayShutDown;

    internal TlsStream(ITlsSide side, IPoller poller, int handle, HandshakeGate? gate)
    {
        Side = side;
        _poller = poller;
        _handle = handle;
        _gate = gate;
    }

    /// <summary>For whoever drives the handshake; forgotten when it is over.</summary>
    public object? Driver { get; set; }

    /// <summary>Why the handshake failed, for people.</summary>
    public string? Failure { get; private set; }

    /// <summary>The identity of the pre-shared key that the peer has proved to know; null: none.</summary>
    public string? PskIdentity { get; private set; }

    /// <summary>Common Name of the certificate that the peer has shown; null: none.</summary>
    public string? PeerCommonName => CertificateReader.ReadCommonName(_ssl);

    /// <summary>Subject of that certificate as RFC 2253 writes it; null: none.</summary>
    public string? PeerSubject => CertificateReader.ReadSubject(_ssl);

    /// <summary>What both sides have agreed on, after the handshake.</summary>
    public TlsAgreement Agreement => new(_ssl);

    /// <summary>Before a step is given to a worker. The caller touches nothing but Close until it is done.</summary>
    public void BeginStep()
    {
        Debug.Assert(_step == NoStep, "A step is under way.");
        Volatile.Write(ref _step, Stepping);
    }

    /// <summary>The handshake as far as it gets now; on the worker's thread. Takes up to a millisecond.</summary>
    public TlsHandshakeStatus Step()
    {
        TlsHandshakeStatus status = Volatile.Read(ref _step) == Abandoned ? TlsHandshakeStatus.Failed : Shake();
        if (Interlocked.CompareExchange(ref _step, NoStep, Stepping) == Abandoned)
        {
            Release();
        }

        return status;
    }

    /// <summary>The handshake is done: the calling thread is the one that receives and sends from now on.</summary>
    public void BeginData()
    {
        Debug.Assert(_step == NoStep && _ssl != 0, "The handshake is not over.");
        LeaveGate();
        Driver = null;
        _settings = null;
        _mayShutDown = true;
        UseWireOfThisThread();
    }

    /// <summary>The handshake has failed: what the peer still sends is thrown away by receiving it.</summary>
    public void BeginEnd()
    {
        LeaveGate();
        Driver = null;
    }

    public IoStatus Receive(int handle, Span<byte> buffer, out int count)
    {
        count = 0;
        if (_wire is not { } wire)
        {
            return _poller.Receive(_handle, buffer, out count);
        }

        if (_end != IoStatus.Done)
        {
            return _end;
        }

        Debug.Assert(ReferenceEquals(wire, TlsWire.Current), "Another thread's connection.");
        wire.Open(_poller, handle);
        fixed (byte* first = buffer)
        {
            while (count < buffer.Length)
            {
                int room = buffer.Length - count;
                if (wire.IsEmpty && !wire.IsDrained && room >= TlsWire.HeldBytesMax + FetchBytesMin)
                {
                    wire.Fetch(room - TlsWire.HeldBytesMax);
                }

                TlsErrors.Clear();
                nuint taken;
                int result = LibSsl.Read(_ssl, first + count, (nuint)room, &taken);
                if (result != 1)
                {
                    IoStatus status = StatusOf(result);
                    if (status != IoStatus.WouldBlock)
                    {
                        EndReading(status, count > 0);
                    }

                    return count > 0 ? IoStatus.Done : status;
                }

                count += (int)taken;
                if (wire.IsEmpty && wire.IsDrained && LibSsl.HasPending(_ssl) == 0)
                {
                    return IoStatus.Done; // asking again would only be told so
                }
            }
        }

        Debug.Assert(wire.IsEmpty, "Ciphertext was fetched that the buffer has no room for.");
        return IoStatus.Done;
    }

    public IoStatus Send(int handle, ReadOnlySpan<byte> buffer, out int count)
    {
        count = 0;
        if (_wire is not { } wire)
        {
            return IoStatus.Failed;
        }

        wire.Open(_poller, handle);
        fixed (byte* first = buffer)
        {
            while (count < buffer.Length)
            {
                int size = Math.Min(buffer.Length - count, TlsWire.RecordBytes);
                IoStatus status = WriteRecord(first + count, size, out int taken);
                if (status != IoStatus.Done)
                {
                    return count > 0 && status == IoStatus.WouldBlock ? IoStatus.Done : status;
                }

                count += taken;
            }
        }

        return IoStatus.Done;
    }

    public IoStatus Send(int handle, ReadOnlySpan<IoVector> vectors, out int count)
    {
        count = 0;
        if (_wire is not { } wire)
        {
            return IoStatus.Failed;
        }

        wire.Open(_poller, handle);
        int index = 0;
        int offset = 0;
        while (index < vectors.Length)
        {
            byte* record = RecordGatherer.Next(wire, vectors, index, offset, out int size);
            IoStatus status = WriteRecord(record, size, out int taken);
            if (status != IoStatus.Done)
            {
                return count > 0 && status == IoStatus.WouldBlock ? IoStatus.Done : status;
            }

            count += taken;
            offset += taken;
            while (index < vectors.Length && offset >= vectors[index].Length)
            {
                offset -= (int)vectors[index++].Length;
            }
        }

        return IoStatus.Done;
    }

    /// <summary>Tells the peer that no more will come (close_notify), then ends the socket's outgoing stream.</summary>
    public void ShutdownSend(int handle)
    {
        NotifyClose(handle);
        _poller.ShutdownSend(handle);
    }

    public void Close(int handle)
    {
        if (Interlocked.CompareExchange(ref _step, Abandoned, Stepping) != Stepping)
        {
            Release();
        }
    }

    /// <summary>To be called on the new thread.</summary>
    public IByteStream MoveTo(IPoller poller)
    {
        _poller = poller;
        UseWireOfThisThread();
        return this;
    }

    internal ITlsSide Side { get; }

    /// <summary>The key of an identity, for the callback of the handshake; null: there is none.</summary>
    internal byte[]? FindKey(string identity)
    {
        byte[]? key = _settings?.Keys?.Find(identity);
        PskIdentity = key is null ? null : identity;
        return key;
    }

    /// <summary>The SSL_CTX for a server name, for the callback of the handshake.</summary>
    internal nint FindContext(ReadOnlySpan<byte> serverName) => _settings?.FindContext(serverName) ?? 0;

    private IoStatus WriteRecord(byte* record, int size, out int count)
    {
        TlsErrors.Clear();
        nuint written;
        int result = LibSsl.Write(_ssl, record, (nuint)size, &written);
        if (result == 1)
        {
            count = (int)written;
            return IoStatus.Done;
        }

        count = 0;
        IoStatus status = StatusOf(result);
        _mayShutDown &= status == IoStatus.WouldBlock;
        return status == IoStatus.Closed ? IoStatus.Failed : status;
    }

    private TlsHandshakeStatus Shake()
    {
        TlsWire wire = TlsWire.Current;
        if (_ssl == 0)
        {
            _ssl = Side.Open(out _settings);
            if (_ssl == 0)
            {
                Failure = TlsErrors.Take();
                return TlsHandshakeStatus.Failed;
            }
        }

        wire.Attach(_ssl);
        wire.Open(_poller, _handle);
        wire.Handshaking = this;
        TlsErrors.Clear();
        int result = LibSsl.DoHandshake(_ssl);
        TlsHandshakeStatus status = result == 1 ? TlsHandshakeStatus.Done : LibSsl.GetError(_ssl, result) switch
        {
            LibSsl.ErrorWantRead => TlsHandshakeStatus.WantRead,
            LibSsl.ErrorWantWrite => TlsHandshakeStatus.WantWrite,
            _ => TlsHandshakeStatus.Failed,
        };
        if (status == TlsHandshakeStatus.Failed)
        {
            Failure = Explain();
        }

        wire.Handshaking = null;
        TlsWire.Detach(_ssl);
        return status;
    }

    private string Explain()
    {
        nint verified = LibSsl.GetVerifyResult(_ssl);
        bool isSilent = LibCrypto.PeekError() == 0;
        string reason = TlsErrors.Take();
        return verified != 0 ? $"{reason}: {Marshal.PtrToStringUTF8((nint)LibCrypto.GetVerifyText(verified))}"
            : isSilent ? "the peer has closed the connection"
            : reason;
    }

    private IoStatus StatusOf(int result)
    {
        switch (LibSsl.GetError(_ssl, result))
        {
            case LibSsl.ErrorWantRead:
            case LibSsl.ErrorWantWrite:
                return IoStatus.WouldBlock;
            case LibSsl.ErrorZeroReturn:
                return IoStatus.Closed;
            default:
                LibCrypto.ClearErrors();
                return IoStatus.Failed;
        }
    }

    private void EndReading(IoStatus status, bool hasData)
    {
        _end = status;
        _mayShutDown &= status == IoStatus.Closed;
        if (hasData)
        {
            // The caller will read on when an event says so, and the peer may keep its socket open: this makes one.
            _poller.ShutdownReceive(_handle);
        }
    }

    private void UseWireOfThisThread()
    {
        _wire = TlsWire.Current;
        _wire.Attach(_ssl);
    }

    /// <summary>Tells the peer that no more will come, as far as the socket takes it now; once.</summary>
    internal void NotifyClose(int handle)
    {
        // A callback finds its wire by the thread: whoever closes on another one does so without a word.
        if (_mayShutDown && _wire is { } wire && ReferenceEquals(wire, TlsWire.Current))
        {
            _mayShutDown = false;
            wire.Open(_poller, handle);
            _ = LibSsl.Shutdown(_ssl);
            LibCrypto.ClearErrors();
        }
    }

    // Exactly once: by the dispatcher, or by the worker whose step it abandoned.
    private void Release()
    {
        NotifyClose(_handle);
        LeaveGate();
        if (_ssl != 0)
        {
            LibSsl.Free(_ssl);
            _ssl = 0;
        }

        _settings = null;
        Driver = null;
        _poller.Close(_handle);
    }

    private void LeaveGate()
    {
        _gate?.Leave();
        _gate = null;
    }
}

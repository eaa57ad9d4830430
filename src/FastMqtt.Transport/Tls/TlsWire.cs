// The way between OpenSSL and the sockets of one thread: a BIO of our own that all TLS connections of the thread share,
// and the two areas they share, so that an idle connection owns neither. One per thread that works with TLS, made when
// first asked for. Before each call into OpenSSL the connection says which socket is meant (Open).
//
// Receiving: one recv fetches up to 256 KiB of ciphertext into the incoming area, and OpenSSL takes its records from
// there: a system call for a burst, where a socket BIO takes one for each 16 KiB (without read-ahead two for each
// record). The area must be empty when the connection gives way to the next one, so a fetch is never larger than what
// the caller has room for, and what is beyond that OpenSSL receives by itself (TlsStream.Receive).
//
// Sending: small segments are gathered in the outgoing area into records of 16 KiB. OpenSSL keeps a record that the
// socket does not take, in a buffer of the connection, until it does.
//
// The callbacks run inside of a call into OpenSSL, on the thread that made it: they find the wire by the thread.

using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Tls;

internal sealed unsafe class TlsWire
{
    /// <summary>Plaintext of the largest record, RFC 8446 section 5.1.</summary>
    public const int RecordBytes = 16 * 1024;

    /// <summary>
    /// What OpenSSL may hold of a connection between two calls, at the most: one of its read buffers, plaintext or not.
    /// </summary>
    public const int HeldBytesMax = RecordBytes + 1024;

    // As the receive area: a fetch can never use more.
    private const int IncomingBytes = ReceiveArea.DefaultBytes;

    private static readonly nint Method = CreateMethod();

    [ThreadStatic]
    private static TlsWire? _current;

    private readonly byte[] _incomingArray = GC.AllocateUninitializedArray<byte>(IncomingBytes, pinned: true);
    private readonly byte[] _outgoingArray = GC.AllocateUninitializedArray<byte>(RecordBytes, pinned: true);
    private readonly byte* _incoming;
    private readonly nint _bio;
    private IPoller? _poller;
    private int _handle;
    private int _start;
    private int _end;
    private bool _hasEnded;
    private bool _hasFailed;

    private TlsWire()
    {
        _incoming = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_incomingArray, 0);
        Outgoing = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_outgoingArray, 0);
        _bio = LibCrypto.NewBio(Method);
        if (_bio == 0)
        {
            throw TlsErrors.Failure("TLS cannot be set up");
        }

        LibCrypto.SetBioReady(_bio, 1);
    }

    // The BIO lives on while a connection still refers to it.
    ~TlsWire() => _ = LibCrypto.FreeBio(_bio);

    /// <summary>The calling thread's.</summary>
    public static TlsWire Current => _current ??= new TlsWire();

    /// <summary>Where segments are gathered into a record of <see cref="RecordBytes"/>.</summary>
    public byte* Outgoing { get; }

    /// <summary>All that was fetched has been taken.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>The socket had no more to give: an event will say when it does.</summary>
    public bool IsDrained { get; private set; }

    /// <summary>The connection whose handshake is under way on this thread: for callbacks.</summary>
    public TlsStream? Handshaking { get; set; }

    /// <summary>Lets a connection use this wire from now on, and no other one.</summary>
    public void Attach(nint ssl)
    {
        _ = LibCrypto.AddBioReference(_bio);
        LibSsl.SetReadBio(ssl, _bio);
        _ = LibCrypto.AddBioReference(_bio);
        LibSsl.SetWriteBio(ssl, _bio);
    }

    public static void Detach(nint ssl)
    {
        LibSsl.SetReadBio(ssl, 0);
        LibSsl.SetWriteBio(ssl, 0);
    }

    /// <summary>The next calls into OpenSSL are about this socket.</summary>
    public void Open(IPoller poller, int handle)
    {
        _poller = poller;
        _handle = handle;
        _start = 0;
        _end = 0;
        _hasEnded = false;
        _hasFailed = false;
        IsDrained = false;
    }

    /// <summary>Receives ciphertext for the connection, at most so many bytes.</summary>
    public void Fetch(int bytesMax)
    {
        Debug.Assert(IsEmpty && !IsDrained, "There is something left, or nothing to come.");
        _start = 0;
        _end = (int)Receive(_incoming, Math.Min(bytesMax, IncomingBytes));
    }

    // Receives until something is there to say about the socket; 0 with one of the three flags set.
    private nint Receive(byte* buffer, nint size)
    {
        IoStatus status = _poller!.Receive(_handle, new Span<byte>(buffer, (int)size), out int received);
        IsDrained = received < size;
        _hasEnded = status == IoStatus.Closed;
        _hasFailed = status == IoStatus.Failed;
        return received;
    }

    private int Read(nint bio, byte* buffer, nuint size, nuint* count)
    {
        LibCrypto.ClearBioFlags(bio, LibCrypto.BioAllFlags);
        nint taken = Math.Min(_end - _start, (nint)size);
        if (taken > 0)
        {
            Unsafe.CopyBlockUnaligned(buffer, _incoming + _start, (uint)taken);
            _start += (int)taken;
        }
        else if (!IsDrained)
        {
            taken = Receive(buffer, (nint)size);
        }

        if (taken == 0 && !_hasEnded && !_hasFailed)
        {
            LibCrypto.SetBioFlags(bio, LibCrypto.BioRetryRead);
        }

        *count = (nuint)taken;
        return taken > 0 ? 1 : 0;
    }

    private int Write(nint bio, byte* buffer, nuint size, nuint* count)
    {
        LibCrypto.ClearBioFlags(bio, LibCrypto.BioAllFlags);
        IoStatus status = _poller!.Send(_handle, new ReadOnlySpan<byte>(buffer, (int)size), out int sent);
        if (status == IoStatus.WouldBlock)
        {
            LibCrypto.SetBioFlags(bio, LibCrypto.BioRetryWrite);
        }

        *count = (nuint)sent;
        return sent > 0 ? 1 : 0;
    }

    private static nint CreateMethod()
    {
        fixed (byte* name = "socket of a dispatcher\0"u8)
        {
            nint method = LibCrypto.NewMethod(LibCrypto.BioSourceSink, name);
            delegate* unmanaged<nint, byte*, nuint, nuint*, int> read = &OnRead;
            delegate* unmanaged<nint, byte*, nuint, nuint*, int> write = &OnWrite;
            delegate* unmanaged<nint, int, nint, void*, nint> control = &OnControl;
            _ = LibCrypto.SetMethodRead(method, read);
            _ = LibCrypto.SetMethodWrite(method, write);
            _ = LibCrypto.SetMethodControl(method, control);
            return method;
        }
    }

    [UnmanagedCallersOnly]
    private static int OnRead(nint bio, byte* buffer, nuint size, nuint* count) =>
        _current!.Read(bio, buffer, size, count);

    [UnmanagedCallersOnly]
    private static int OnWrite(nint bio, byte* buffer, nuint size, nuint* count) =>
        _current!.Write(bio, buffer, size, count);

    [UnmanagedCallersOnly]
    private static nint OnControl(nint bio, int command, nint number, void* pointer) => command switch
    {
        LibCrypto.BioControlEnd => _current is { _hasEnded: true } ? 1 : 0,
        LibCrypto.BioControlFlush => 1,
        _ => 0,
    };
}

// A connection without a descriptor: its bytes come from elsewhere (a WebSocket, an embedder's stream) over two pipes.
// The edge, whoever attached it, copies between the pipes and its source on threads of its own; the dispatcher reads
// one pipe and writes the other as it reads and writes a socket. No poller knows it.
//
// Who writes what. Incoming pipe: the edge writes, the dispatcher reads. Outgoing pipe: the dispatcher writes, the edge
// reads. All fields belong to the dispatcher that owns the connection, except _owner, which notices read on any thread.
//
// Notices. A pipe answers "nothing yet" or "full" with a pending operation. The dispatcher asks to be told when it is
// over, once for each operation, so that at most one notice for input and one for output are under way. The pipe calls
// back on the edge's thread (both schedulers there are inline), which only posts an item to the owner's inbox; that
// wakes the owner if it sleeps. The other way the pipes call the edge on the thread pool: no code of the edge ever runs
// on a dispatcher.
//
// Order. The call back reads _owner after a full fence, and Register writes it before a full fence and before it looks
// at the operation. So either the notice goes to the new owner, or the new owner sees that the operation is over when
// it reads the connection, which it does as soon as it has taken it over. A notice that reaches a former owner, or
// comes after the close, is no harm: it is for another owner or another token.
//
// The end. The edge completes the incoming pipe: what it wrote before is handled, then the connection is closed. The
// dispatcher completes the outgoing pipe: the edge sends what is left and ends; Ended tells it at once, so that it
// does not wait for a peer for ever.

using System.Buffers;
using System.IO.Pipelines;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Broker.Dispatch;

// A pending operation is kept until it is over; each is consumed once, where its field is reset.
#pragma warning disable CA2012
internal sealed class AttachedStream : IByteStream
{
    /// <summary>What stands for a descriptor in the calls of a stream that has none.</summary>
    public const int NoDescriptor = 0;

    private static readonly PipeOptions IncomingOptions = new(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.ThreadPool,
        pauseWriterThreshold: Limits.AttachedIncomingBytes,
        resumeWriterThreshold: Limits.AttachedIncomingBytes / 2,
        useSynchronizationContext: false);

    private static readonly PipeOptions OutgoingOptions = new(
        readerScheduler: PipeScheduler.ThreadPool,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: Limits.AttachedOutgoingBytes,
        resumeWriterThreshold: Limits.AttachedOutgoingBytes / 2,
        useSynchronizationContext: false);

    private readonly Pipe _incoming = new(IncomingOptions);
    private readonly Pipe _outgoing = new(OutgoingOptions);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AttachedNotice _readable;
    private readonly AttachedNotice _writable;
    private readonly Action _onReadable;
    private readonly Action _onWritable;

    private volatile Dispatcher? _owner;
    private ValueTask<ReadResult> _read;
    private ValueTask<FlushResult> _flush;
    private int _unflushed;
    private bool _isReading;
    private bool _isReadAwaited;
    private bool _isFlushing;
    private bool _isFlushAwaited;
    private bool _isSendEnded;

    public AttachedStream(PeerCertificate? certificate)
    {
        Certificate = certificate;
        _readable = new AttachedNotice(this, PollFlags.Readable);
        _writable = new AttachedNotice(this, PollFlags.Writable);
        _onReadable = () => Post(_readable);
        _onWritable = () => Post(_writable);
    }

    /// <summary>The certificate the client has shown to the edge.</summary>
    public PeerCertificate? Certificate { get; }

    /// <summary>The edge's end of the incoming pipe.</summary>
    public PipeWriter EdgeOutput => _incoming.Writer;

    /// <summary>The edge's end of the outgoing pipe.</summary>
    public PipeReader EdgeInput => _outgoing.Reader;

    /// <summary>Completes when the dispatcher sends no more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What its owner knows the connection by.</summary>
    public ulong Token { get; private set; }

    /// <summary>Notices go to this dispatcher from now on; it reads the connection after this.</summary>
    public void Register(Dispatcher owner, ulong token)
    {
        Token = token;
        _owner = owner;
        Interlocked.MemoryBarrier();
    }

    /// <summary>The connection leaves its dispatcher: notices are for nobody until the next one registers.</summary>
    public void Unregister() => _owner = null;

    public bool IsOwnedBy(Dispatcher dispatcher) => _owner == dispatcher;

    public IoStatus Receive(int handle, Span<byte> buffer, out int count)
    {
        count = 0;
        while (count < buffer.Length)
        {
            if (!_isReading)
            {
                _read = _incoming.Reader.ReadAsync();
                _isReading = true;
                _isReadAwaited = false;
            }

            if (!_read.IsCompleted)
            {
                AwaitRead();
                return count > 0 ? IoStatus.Done : IoStatus.WouldBlock;
            }

            _isReading = false;
            if (!TakeRead(buffer[count..], out int taken))
            {
                if (count > 0)
                {
                    Post(_readable); // the end is an event of its own, as it is for a socket
                    return IoStatus.Done;
                }

                return IoStatus.Closed;
            }

            count += taken;
        }

        return IoStatus.Done;
    }

    public IoStatus Send(int handle, ReadOnlySpan<byte> buffer, out int count)
    {
        count = Append(buffer);
        return EndSend(count);
    }

    public IoStatus Send(int handle, ReadOnlySpan<IoVector> vectors, out int count)
    {
        count = 0;
        foreach (IoVector vector in vectors)
        {
            int taken = Append(vector.Span);
            count += taken;
            if (taken < vector.Span.Length)
            {
                break;
            }
        }

        return EndSend(count);
    }

    public void ShutdownSend(int handle)
    {
        if (!_isSendEnded)
        {
            _isSendEnded = true;
            _outgoing.Writer.Complete();
            _ended.TrySetResult();
        }
    }

    public void Close(int handle)
    {
        _owner = null;
        ShutdownSend(handle);
        _incoming.Reader.Complete();
    }

    /// <summary>The stream stays; it is told who its dispatcher is when the connection is registered there.</summary>
    public IByteStream MoveTo(IPoller poller) => this;

    private void AwaitRead()
    {
        if (!_isReadAwaited)
        {
            _isReadAwaited = true;
            _read.GetAwaiter().UnsafeOnCompleted(_onReadable);
        }
    }

    // False: there is nothing more and never will be.
    private bool TakeRead(Span<byte> room, out int taken)
    {
        ReadResult result = _read.GetAwaiter().GetResult();
        ReadOnlySequence<byte> bytes = result.Buffer;
        taken = (int)Math.Min(bytes.Length, room.Length);
        ReadOnlySequence<byte> part = bytes.Slice(0, taken);
        part.CopyTo(room);
        _incoming.Reader.AdvanceTo(part.End);
        return taken > 0 || !result.IsCompleted;
    }

    // Takes what the pipe has room for; it may become fuller than its limit by one piece.
    private int Append(ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        while (taken < bytes.Length && CanSend() == IoStatus.Done)
        {
            int size = Math.Min(bytes.Length - taken, Limits.AttachedPieceBytes);
            bytes.Slice(taken, size).CopyTo(_outgoing.Writer.GetSpan(size));
            _outgoing.Writer.Advance(size);
            taken += size;
            _unflushed += size;
            if (_unflushed >= Limits.AttachedPieceBytes)
            {
                Flush();
            }
        }

        return taken;
    }

    private IoStatus EndSend(int count)
    {
        if (_unflushed > 0)
        {
            Flush();
        }

        IoStatus status = CanSend();
        return count > 0 && status == IoStatus.WouldBlock ? IoStatus.Done : status;
    }

    private void Flush()
    {
        _unflushed = 0;
        _flush = _outgoing.Writer.FlushAsync();
        _isFlushing = true;
        _isFlushAwaited = false;
    }

    // WouldBlock: the pipe is over its limit, and a notice will come when the edge has taken half of it.
    private IoStatus CanSend()
    {
        if (_isFlushing)
        {
            if (!_flush.IsCompleted)
            {
                if (!_isFlushAwaited)
                {
                    _isFlushAwaited = true;
                    _flush.GetAwaiter().UnsafeOnCompleted(_onWritable);
                }

                return IoStatus.WouldBlock;
            }

            _isFlushing = false;
            if (_flush.GetAwaiter().GetResult().IsCompleted)
            {
                ShutdownSend(NoDescriptor); // the edge reads no more
            }
        }

        return _isSendEnded ? IoStatus.Failed : IoStatus.Done;
    }

    private void Post(AttachedNotice notice)
    {
        Interlocked.MemoryBarrier();
        _owner?.Inbox.Post(notice);
    }
}

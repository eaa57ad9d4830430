// One socket: receives, collects output, flushes, closes once. Owns its unsent output and the tail of a split frame,
// and nothing else: an idle connection has no buffer (this object is 112 bytes). Knows no packet.
// Belongs to one dispatcher's thread at a time; a pool and an area of that dispatcher are passed in, not kept.

using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using FastMqtt.Transport.Buffers;

namespace FastMqtt.Transport;

internal sealed class Connection
{
    private const int NoHandle = -1;

    /// <summary>What the poller reports it by; the broker's choice.</summary>
    public ulong Token;

    private IByteStream _stream;
    private OutputQueue _output;
    private UnreadBytes _unread;

    public Connection(IByteStream stream, int handle, PeerAddress peer)
    {
        Debug.Assert(handle >= 0, "A connection needs an open handle.");
        _stream = stream;
        _output = new OutputQueue(handle);
        Peer = peer;
    }

    /// <summary>Where the client is: the other end of the socket, or what a trusted proxy says about it.</summary>
    public PeerAddress Peer { get; set; }

    /// <summary>Where its bytes come from and go to.</summary>
    public IByteStream Stream => _stream;

    /// <summary>The socket; -1 once closed.</summary>
    public int Handle => _output.Handle;

    public bool IsClosed => Handle == NoHandle;

    /// <summary>Bytes appended and not yet sent.</summary>
    public int PendingBytes => _output.PendingBytes;

    /// <summary>Bytes of a split frame (or of frames a paused broker left) that are kept in a slab.</summary>
    public int KeptBytes => _unread.KeptBytes;

    /// <summary>The kept bytes, to be decoded without receiving: after a hand-over or a pause. Then Consume.</summary>
    public ReadOnlySpan<byte> Kept => _unread.Kept;

    /// <summary>
    /// The slab that holds the unread bytes, if one does (a large frame), else null. Who adds a reference to it may
    /// go on using the bytes at <see cref="UnreadOffset"/> after Consume, without copying them.
    /// </summary>
    public Slab? UnreadSlab => _unread.Slab;

    public int UnreadOffset => _unread.SlabOffset;

    /// <summary>
    /// Exactly one receive. Done: <paramref name="unread"/> is the kept tail and the new bytes; Consume must follow
    /// before the area is used again. Otherwise it is empty and what was kept stays kept. <paramref name="filled"/>:
    /// more may be waiting and no event will say so.
    /// </summary>
    public IoStatus Receive(ReceiveArea area, SlabPool pool, out ReadOnlySpan<byte> unread, out bool filled)
    {
        Debug.Assert(!IsClosed, "Receive after Close.");
        return _unread.Receive(_stream, Handle, area, pool, out unread, out filled);
    }

    /// <summary>
    /// The first <paramref name="consumed"/> bytes are done; the rest is kept. <paramref name="frameLength"/> is the
    /// whole size of the frame the rest begins with, 0 if not known yet. Does nothing after Close.
    /// </summary>
    public void Consume(int consumed, int frameLength, SlabPool pool)
    {
        if (!IsClosed)
        {
            _unread.Consume(consumed, frameLength, pool);
        }
    }

    /// <summary>Contiguous space for at least <paramref name="size"/> bytes, until the next call here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetOutput(int size, SlabPool pool)
    {
        Debug.Assert(!IsClosed && size > 0, "Output after Close, or of nothing.");
        Span<byte> room = _output.GetRoom(size);
        return room.IsEmpty ? _output.Grow(size, pool) : room;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count) => _output.Advance(count);

    /// <summary>Sends a range of a slab without copying it. Takes a reference of its own.</summary>
    public void AppendReference(Slab slab, int offset, int length, SlabPool pool)
    {
        Debug.Assert(!IsClosed, "Output after Close.");
        _output.AppendReference(slab, offset, length, pool);
    }

    /// <summary>Copies unsent bytes from an offset on, to be looked at; returns their number.</summary>
    public int CopyPending(int offset, Span<byte> destination) => _output.Copy(offset, destination);

    /// <summary>Sends what the socket takes. WouldBlock: the rest stays, and a Writable event will come.</summary>
    public IoStatus Flush(SlabPool pool)
    {
        Debug.Assert(!IsClosed, "Flush after Close.");
        return _output.Flush(_stream, pool);
    }

    /// <summary>
    /// Ends the outgoing stream. A close while unread bytes wait makes the system send a reset, which may destroy the
    /// last packet on its way to the peer: after a farewell call this, discard what comes until Closed, then Close.
    /// </summary>
    public void ShutdownSend()
    {
        Debug.Assert(!IsClosed, "Shutdown after Close.");
        _stream.ShutdownSend(Handle);
    }

    /// <summary>
    /// Hands the socket to another dispatcher. The old one has removed it from its poller; the new one adds it after
    /// this, decodes <see cref="Kept"/> first, and from then on is the only one to touch this object.
    /// </summary>
    public void MoveTo(IPoller poller) => _stream = _stream.MoveTo(poller);

    /// <summary>
    /// From its next byte on the socket speaks another protocol, TLS. Nothing is kept, nothing pending.
    /// </summary>
    public void Replace(IByteStream stream)
    {
        Debug.Assert(KeptBytes == 0 && PendingBytes == 0, "Bytes of the old stream are left.");
        _stream = stream;
    }

    /// <summary>Closes the socket and returns all memory. The second call does nothing.</summary>
    public void Close(SlabPool pool)
    {
        if (IsClosed)
        {
            return;
        }

        int handle = Handle;
        _output.Handle = NoHandle;
        _output.Clear(pool);
        _unread.Clear(pool);
        _stream.Close(handle);
    }
}

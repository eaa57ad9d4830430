// What one connection has to send: a list of segments, appended at the tail and sent from the head. Small messages are
// copied into open chunks, large ones are referenced. Keeps its place after a partial send; holds nothing when empty.
// A field of Connection; a struct so that it costs no object of its own. Never copied.

using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FastMqtt.Transport.Buffers;

internal struct OutputQueue
{
    // Chunks grow while more is appended before a flush: a subscriber that gets one small message touches 512 bytes.
    public const int FirstChunkBytes = 512;
    public const int SecondChunkBytes = 4 * 1024;
    public const int ThirdChunkBytes = 16 * 1024;
    public const int LargestChunkBytes = 64 * 1024;

    // Ranges per system call. With chunks of 64 KiB or shared payloads of 1 KiB and more this fills a socket buffer.
    public const int VectorsMax = 64;

    private OutputSegment? _head;
    private OutputSegment? _tail;

    // The newest chunk with room, even when references follow it: the next header goes into the same memory.
    private OutputSegment? _open;

    public OutputQueue(int handle) => Handle = handle;

    /// <summary>The socket. It lives here because here four bytes of padding were free in every connection.</summary>
    public int Handle { get; set; }

    public int PendingBytes { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Span<byte> GetRoom(int size)
    {
        OutputSegment? tail = _tail;
        return tail is not null && tail.Room >= size ? tail.Slab.Span[tail.End..] : default;
    }

    public Span<byte> Grow(int size, SlabPool pool)
    {
        OutputSegment? open = _open;
        OutputSegment segment;
        if (open is not null && open.Room >= size)
        {
            open.Slab.AddReference();
            segment = pool.RentSegment(open.Slab, open.End, open.End, open.Limit);
            open.Limit = open.End;
        }
        else
        {
            Slab slab = pool.Rent(Math.Max(size, NextChunkBytes(open)));
            segment = pool.RentSegment(slab, 0, 0, slab.Capacity);
        }

        Append(segment);
        _open = segment;
        return segment.Slab.Span[segment.End..];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count)
    {
        OutputSegment tail = _tail!;
        Debug.Assert((uint)count <= (uint)tail.Room, "More was written than asked for.");
        tail.End += count;
        PendingBytes += count;
    }

    public void AppendReference(Slab slab, int offset, int length, SlabPool pool)
    {
        Debug.Assert((uint)offset + (uint)length <= (uint)slab.Capacity, "The range is outside of the slab.");
        if (length == 0)
        {
            return;
        }

        slab.AddReference();
        Append(pool.RentSegment(slab, offset, offset + length, offset + length));
        PendingBytes += length;
    }

    /// <summary>Sends until all is sent or the socket takes no more. Done: every slab is back in the pool.</summary>
    public IoStatus Flush(IByteStream stream, SlabPool pool)
    {
        while (PendingBytes > 0)
        {
            OutputSegment head = _head!;
            int offered = head.Length;
            IoStatus status = head.Next is null
                ? stream.Send(Handle, head.Unsent, out int sent)
                : SendMany(stream, out offered, out sent);
            if (status != IoStatus.Done)
            {
                return status;
            }

            Debug.Assert((uint)sent <= (uint)offered, "More was sent than offered.");
            MarkSent(sent, pool);

            // A short send means that the socket's buffer is full and that the system will report when it is not
            // (epoll(7), questions and answers 9): asking again would only cost a call.
            if (sent < offered)
            {
                return IoStatus.WouldBlock;
            }
        }

        // Chunks that were asked for and then not written.
        Clear(pool);
        return IoStatus.Done;
    }

    /// <summary>Copies unsent bytes from an offset on, as far as there are any; returns their number.</summary>
    public readonly int Copy(int offset, Span<byte> destination)
    {
        int copied = 0;
        for (OutputSegment? segment = _head; segment is not null && copied < destination.Length; segment = segment.Next)
        {
            int skipped = Math.Min(offset, segment.Length);
            offset -= skipped;
            int count = Math.Min(segment.Length - skipped, destination.Length - copied);
            segment.Unsent.Slice(skipped, count).CopyTo(destination[copied..]);
            copied += count;
        }

        return copied;
    }

    public void Clear(SlabPool pool)
    {
        while (_head is OutputSegment head)
        {
            _head = head.Next;
            pool.Release(head);
        }

        _tail = null;
        _open = null;
        PendingBytes = 0;
    }

    private static int NextChunkBytes(OutputSegment? last)
    {
        return last?.Slab.Capacity switch
        {
            null => FirstChunkBytes,
            < SecondChunkBytes => SecondChunkBytes,
            < ThirdChunkBytes => ThirdChunkBytes,
            _ => LargestChunkBytes,
        };
    }

    private void Append(OutputSegment segment)
    {
        Debug.Assert(segment.Next is null, "A segment is linked twice.");
        if (_tail is null)
        {
            _head = segment;
        }
        else
        {
            _tail.Next = segment;
        }

        _tail = segment;
    }

    [SkipLocalsInit]
    private readonly IoStatus SendMany(IByteStream stream, out int offered, out int sent)
    {
        Span<IoVector> vectors = stackalloc IoVector[VectorsMax];
        int count = 0;
        offered = 0;
        for (OutputSegment? segment = _head; segment is not null && count < VectorsMax; segment = segment.Next)
        {
            if (segment.Length > 0)
            {
                vectors[count++] = new IoVector(segment.UnsentAddress, segment.Length);
                offered += segment.Length;
            }
        }

        return stream.Send(Handle, vectors[..count], out sent);
    }

    private void MarkSent(int sent, SlabPool pool)
    {
        PendingBytes -= sent;
        while (_head is OutputSegment head)
        {
            if (head.Length > sent)
            {
                head.Start += sent;
                return;
            }

            sent -= head.Length;
            _head = head.Next;
            if (ReferenceEquals(head, _open))
            {
                _open = null;
            }

            pool.Release(head);
        }

        _tail = null;
        Debug.Assert(sent == 0 && PendingBytes == 0, "More was sent than was pending.");
    }
}

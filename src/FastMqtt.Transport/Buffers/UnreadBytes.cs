// What one connection has received and the broker has not consumed. Between Receive and Consume it lies in the shared
// receive area or in a slab; between Consume and the next Receive only in a slab, and there is none if nothing is left.
// Always one contiguous range: a decoder needs no sequences.
//
// A short tail (4 KiB) goes back in front of the area at the next receive. A longer one is the beginning of a large
// frame: it is received straight into the slab, which doubles as bytes arrive (never trusting the announced length),
// and never past the frame's end, so that the finished frame lies alone in the slab and nothing behind it is copied.
// A field of Connection; a struct so that it costs no object of its own. Never copied.

using System;
using System.Diagnostics;

namespace FastMqtt.Transport.Buffers;

internal unsafe struct UnreadBytes
{
    // Copying so much twice costs less than a receive that is capped at a frame's end.
    public const int SmallTailBytesMax = 4 * 1024;

    private Slab? _slab;
    private nint _address;
    private int _length;

    // Whole size of the first frame; 0 when not known.
    private int _frameLength;

    public readonly int KeptBytes => _slab is null ? 0 : _length;

    public readonly Slab? Slab => _slab;

    public readonly int SlabOffset => _slab is null ? 0 : (int)(_address - _slab.Address);

    public readonly ReadOnlySpan<byte> Kept => _slab is null ? default : Span;

    private readonly ReadOnlySpan<byte> Span => new((void*)_address, _length);

    public IoStatus Receive(
        IByteStream stream, int handle, ReceiveArea area, SlabPool pool, out ReadOnlySpan<byte> unread, out bool filled)
    {
        if (_slab is not null && _length > SmallTailBytesMax)
        {
            return ReceiveIntoSlab(stream, handle, pool, out unread, out filled);
        }

        // The slab is kept until bytes have come: with nothing received the area will be used by others.
        int kept = KeptBytes;
        Kept.CopyTo(area.Span);
        Span<byte> room = area.Span[kept..];
        IoStatus status = stream.Receive(handle, room, out int count);
        if (status != IoStatus.Done)
        {
            unread = default;
            filled = false;
            return status;
        }

        ReleaseSlab(pool);
        _address = area.Address;
        _length = kept + count;
        unread = Span;
        filled = count == room.Length;
        return IoStatus.Done;
    }

    public void Consume(int consumed, int frameLength, SlabPool pool)
    {
        Debug.Assert((uint)consumed <= (uint)_length, "More was consumed than received.");
        int rest = _length - consumed;
        if (rest == 0)
        {
            Clear(pool);
            return;
        }

        _address += consumed;
        _length = rest;
        _frameLength = frameLength;
        if (_slab is null || (consumed > 0 && rest <= SmallTailBytesMax))
        {
            MoveTo(pool.Rent(rest <= SmallTailBytesMax ? rest : GrownCapacity()), pool);
        }
    }

    public void Clear(SlabPool pool)
    {
        ReleaseSlab(pool);
        _address = 0;
        _length = 0;
        _frameLength = 0;
    }

    private IoStatus ReceiveIntoSlab(
        IByteStream stream, int handle, SlabPool pool, out ReadOnlySpan<byte> unread, out bool filled)
    {
        // Zero: the frame's length is not known, or whole frames are waiting: then there is no end to stop at.
        int missing = Math.Max(0, _frameLength - _length);
        MakeRoom(pool);
        int size = _slab!.Capacity - SlabOffset - _length;
        if (missing > 0)
        {
            size = Math.Min(size, missing);
        }

        Span<byte> room = new((void*)(_address + _length), size);
        IoStatus status = stream.Receive(handle, room, out int count);
        if (status != IoStatus.Done)
        {
            unread = default;
            filled = false;
            return status;
        }

        _length += count;
        unread = Span;
        filled = count == size;
        return IoStatus.Done;
    }

    private void MakeRoom(SlabPool pool)
    {
        Slab slab = _slab!;
        if (SlabOffset + _length < slab.Capacity)
        {
            return;
        }

        // Shared bytes never move: somebody refers to them by their offset.
        if (SlabOffset >= _length && !slab.IsShared)
        {
            Span.CopyTo(slab.Span);
            _address = slab.Address;
            return;
        }

        MoveTo(pool.Rent(GrownCapacity()), pool);
    }

    // Twice of what has arrived, but not more than the frame.
    private readonly int GrownCapacity()
    {
        int doubled = (int)Math.Min(2L * _length, Array.MaxLength);
        return _frameLength > _length ? Math.Min(doubled, _frameLength) : doubled;
    }

    private void MoveTo(Slab target, SlabPool pool)
    {
        Span.CopyTo(target.Span);
        ReleaseSlab(pool);
        _slab = target;
        _address = target.Address;
    }

    private void ReleaseSlab(SlabPool pool)
    {
        if (_slab is not null)
        {
            pool.Release(_slab);
            _slab = null;
        }
    }
}

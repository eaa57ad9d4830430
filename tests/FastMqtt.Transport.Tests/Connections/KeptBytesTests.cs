// Where the bytes of a split frame lie, how much memory they take, and how often they are copied. Scripted: each piece
// arrives exactly as written.

using System.Buffers.Binary;
using FastMqtt.Transport.Buffers;
using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Connections;

public sealed class KeptBytesTests : IDisposable
{
    private readonly ScriptedLink _link = new();

    public void Dispose() => _link.Dispose();

    private Connection Connection => _link.Connection;

    [Fact]
    public void A_short_tail_takes_a_small_slab_until_the_next_receive()
    {
        Receive(new byte[100]);
        Connection.Consume(60, 0, _link.Pool);
        Assert.Equal(40, Connection.KeptBytes);
        Assert.Equal(256, _link.Pool.RentedBytes);
        Assert.Equal(140, Receive(new byte[100]).Length);
        Assert.Equal(0, _link.Pool.RentedBytes);
        Assert.Null(Connection.UnreadSlab);
        Connection.Consume(140, 0, _link.Pool);
    }

    [Theory]
    [InlineData(UnreadBytes.SmallTailBytesMax, 4 * 1024, 0)]
    [InlineData(UnreadBytes.SmallTailBytesMax + 1, 16 * 1024, 16 * 1024)]
    public void The_limit_between_short_and_long_tails(int tail, int rentedKept, int rentedReceiving)
    {
        Receive(new byte[tail]);
        Connection.Consume(0, 1_000_000, _link.Pool);
        Assert.Equal(rentedKept, _link.Pool.RentedBytes);
        Assert.Equal(tail + 1, Receive(new byte[1]).Length);
        Assert.Equal(rentedReceiving, _link.Pool.RentedBytes);
        Connection.Consume(tail + 1, 0, _link.Pool);
    }

    [Fact]
    public void An_announced_length_takes_no_memory_before_its_bytes_arrive()
    {
        byte[] beginning = new byte[5000];
        Receive(beginning);
        Connection.Consume(0, 200 * 1024 * 1024, _link.Pool);
        Assert.Equal(16 * 1024, _link.Pool.RentedBytes);
        for (int total = 10_000; total <= 1_000_000; total += 5000)
        {
            _link.PeerWrite(beginning);
            while (TryReceive(out _, out bool filled) == IoStatus.Done && filled)
            {
                Connection.Consume(0, 200 * 1024 * 1024, _link.Pool);
            }

            Connection.Consume(0, 200 * 1024 * 1024, _link.Pool);
            Assert.Equal(total, Connection.KeptBytes);
            Assert.InRange(_link.Pool.RentedBytes, total, 4 * total);
        }
    }

    [Fact]
    public void A_large_frame_ends_alone_in_its_slab_and_what_follows_goes_to_the_area()
    {
        byte[] frame = FrameSink.MakeFrame(10_000, 1);
        Receive(frame.AsSpan(0, 6000));
        Connection.Consume(0, frame.Length, _link.Pool);
        _link.PeerWrite(frame.AsSpan(6000));
        _link.PeerWrite("behind"u8);
        Assert.Equal(IoStatus.Done, TryReceive(out ReadOnlySpan<byte> unread, out bool filled));
        Assert.True(filled);
        Assert.Equal(frame, unread);
        Slab? slab = Connection.UnreadSlab;
        Assert.NotNull(slab);
        Assert.Equal(frame, slab.Span.Slice(Connection.UnreadOffset, frame.Length));

        // The broker goes on using the bytes without a copy.
        slab.AddReference();
        Connection.Consume(frame.Length, 0, _link.Pool);
        Assert.Null(Connection.UnreadSlab);
        Assert.Equal(IoStatus.Done, TryReceive(out unread, out filled));
        Assert.False(filled);
        Assert.Equal("behind"u8, unread);
        Assert.Equal(frame, slab.Span[..frame.Length]);
        Connection.Consume(unread.Length, 0, _link.Pool);
        _link.Pool.Release(slab);
        Assert.Equal(0, _link.Pool.RentedBytes);
    }

    [Fact]
    public void Whole_frames_a_paused_broker_left_are_kept_and_decoded_later_without_a_receive()
    {
        byte[] frames = [.. Enumerable.Range(0, 30).SelectMany(i => FrameSink.MakeFrame(1000, i))];
        Receive(frames.AsSpan(0, 29_500));
        Connection.Consume(1000, 1000, _link.Pool);
        Assert.Equal(28_500, Connection.KeptBytes);

        // Resumed, and paused again after each frame; the rest arrives in between.
        for (int i = 1; i < 30; i++)
        {
            if (i == 10)
            {
                Assert.Equal(30_000 - 10_000, Receive(frames.AsSpan(29_500)).Length);
            }

            Assert.Equal(frames.AsSpan(i * 1000, 1000), (i == 10 ? Unread() : Connection.Kept)[..1000]);
            Connection.Consume(1000, 1000, _link.Pool);
        }

        Assert.Equal(0, Connection.KeptBytes);
        Assert.Equal(0, _link.Pool.RentedBytes);

        ReadOnlySpan<byte> Unread() => Connection.UnreadSlab!.Span[Connection.UnreadOffset..];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_a_full_slab_makes_room_bytes_move_to_its_front_unless_somebody_refers_to_them(bool isShared)
    {
        // 33,000 bytes take a slab of 128 KiB, which the second receive fills to the end.
        const int SlabBytes = 128 * 1024;
        byte[] first = FrameSink.MakeFrame(70_000, 1);
        byte[] second = FrameSink.MakeFrame(80_000, 2);
        byte[] both = [.. first, .. second];
        Receive(both.AsSpan(0, 33_000));
        Connection.Consume(0, 0, _link.Pool);
        Assert.Equal(SlabBytes, Receive(both.AsSpan(33_000, SlabBytes - 33_000)).Length);
        Slab slab = Connection.UnreadSlab!;
        slab.AddReference();
        if (!isShared)
        {
            _link.Pool.Release(slab);
        }

        Connection.Consume(first.Length, second.Length, _link.Pool);
        Assert.Equal(second, Receive(both.AsSpan(SlabBytes)));
        Assert.Equal(isShared, !ReferenceEquals(slab, Connection.UnreadSlab));
        if (isShared)
        {
            Assert.Equal(first, slab.Span[..first.Length]);
            _link.Pool.Release(slab);
        }

        Connection.Consume(second.Length, 0, _link.Pool);
        Assert.Equal(0, _link.Pool.RentedBytes);
    }

    [Fact]
    public void Kept_bytes_move_with_the_connection_to_another_dispatcher()
    {
        SlabPool otherPool = new(new SlabPoolLimits { PoisonReturned = true });
        byte[] frame = FrameSink.MakeFrame(500, 1);
        Receive(frame);
        Connection.Consume(0, 0, _link.Pool);
        _link.Poller.Remove(Connection.Handle);

        Connection.MoveTo(_link.Poller);
        Assert.True(_link.Poller.TryAdd(Connection.Handle, Link.Token));
        Assert.Equal(frame, Connection.Kept);
        Connection.Consume(frame.Length, 0, otherPool);
        Assert.Equal(0, _link.Pool.RentedBytes + otherPool.RentedBytes);
        Assert.Equal(512, otherPool.FreeBytes);
    }

    [Fact]
    public void A_frame_of_1_MiB_is_copied_a_bounded_number_of_times()
    {
        const int Length = 1024 * 1024;
        byte[] frame = FrameSink.MakeFrame(Length, 1);
        Receive(frame.AsSpan(0, 5000));
        int moves = 0;
        Slab? slab = null;
        for (int done = 5000; done < Length; done += 5000)
        {
            Connection.Consume(0, BinaryPrimitives.ReadInt32BigEndian(frame), _link.Pool);
            moves += ReferenceEquals(slab, Connection.UnreadSlab) ? 0 : 1;
            slab = Connection.UnreadSlab;
            Receive(frame.AsSpan(done, Math.Min(5000, Length - done)));
        }

        // 16 KiB, then doubled until 1 MiB: seven slabs, each copied once, together less than two frames.
        Assert.InRange(moves, 1, 7);
        Assert.Equal(frame, Connection.UnreadSlab!.Span);
        Connection.Consume(Length, 0, _link.Pool);
        Assert.Equal(0, _link.Pool.RentedBytes);
    }

    private ReadOnlySpan<byte> Receive(ReadOnlySpan<byte> bytes)
    {
        _link.PeerWrite(bytes);
        Assert.Equal(IoStatus.Done, TryReceive(out ReadOnlySpan<byte> unread, out _));
        return unread;
    }

    private IoStatus TryReceive(out ReadOnlySpan<byte> unread, out bool filled) =>
        Connection.Receive(_link.Area, _link.Pool, out unread, out filled);
}

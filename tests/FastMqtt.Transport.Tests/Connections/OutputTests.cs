// The shape of the output: sizes of chunks, shared chunks between references, calls per flush. Scripted.

using FastMqtt.Transport.Buffers;
using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Connections;

public sealed class OutputTests : IDisposable
{
    private readonly ScriptedLink _link = new();

    public void Dispose() => _link.Dispose();

    private Connection Connection => _link.Connection;

    [Fact]
    public void Chunks_grow_from_512_bytes_to_64_KiB_while_more_is_appended()
    {
        List<long> rented = [];
        for (int i = 0; i < 2000; i++)
        {
            Append(100);
            if (rented.Count == 0 || rented[^1] != _link.Pool.RentedBytes)
            {
                rented.Add(_link.Pool.RentedBytes);
            }
        }

        Assert.Equal([512, 4608, 20_992, 86_528, 152_064, 217_600], rented);
        Assert.Equal(IoStatus.Done, Connection.Flush(_link.Pool));
        Append(100);
        Assert.Equal(512, _link.Pool.RentedBytes);
    }

    [Fact]
    public void A_large_message_gets_a_slab_of_its_own()
    {
        Assert.True(Connection.GetOutput(300_000, _link.Pool).Length >= 300_000);
        Connection.Advance(300_000);
        Assert.Equal(IoStatus.Done, Connection.Flush(_link.Pool));
        Assert.Equal(300_000, _link.Peer.Read().Length);
        Assert.Equal(0, _link.Pool.RentedBytes);
    }

    [Fact]
    public void Headers_between_references_share_one_chunk()
    {
        Slab shared = _link.Pool.Rent(2048);
        for (int i = 0; i < 20; i++)
        {
            Append(20);
            Connection.AppendReference(shared, 0, 2048, _link.Pool);
        }

        Assert.Equal(2048 + 512, _link.Pool.RentedBytes);
        Assert.Equal(IoStatus.Done, Connection.Flush(_link.Pool));
        Assert.Equal(20 * (2048 + 20), _link.Peer.Read().Length);
        Assert.Equal(1, _link.Peer.SendCalls);
        _link.Pool.Release(shared);
        Assert.Equal(0, _link.Pool.RentedBytes);
    }

    [Fact]
    public void Every_point_at_which_a_send_can_stop_is_resumed_there()
    {
        Slab shared = _link.Pool.Rent(256);
        FrameSink.MakeFrame(256, 7).CopyTo(shared.Span);
        byte[]? whole = null;
        for (int room = 0; room <= 120; room++)
        {
            _link.Peer.SendRoom = room;
            for (int i = 0; i < 3; i++)
            {
                Append(10);
                Connection.AppendReference(shared, i * 30, 30, _link.Pool);
            }

            Assert.Equal(room == 120 ? IoStatus.Done : IoStatus.WouldBlock, Connection.Flush(_link.Pool));
            Assert.Equal(120 - room, Connection.PendingBytes);
            _link.Peer.SendRoom = int.MaxValue;
            Assert.Equal(IoStatus.Done, Connection.Flush(_link.Pool));
            byte[] received = _link.Peer.Read();
            Assert.Equal(whole ??= received, received);
        }

        _link.Pool.Release(shared);
        Assert.Equal(0, _link.Pool.RentedBytes);
    }

    [Fact]
    public void A_short_send_is_not_repeated_before_the_socket_is_writable()
    {
        _link.Peer.SendRoom = 10;
        Append(100);
        Assert.Equal(IoStatus.WouldBlock, Connection.Flush(_link.Pool));
        Assert.Equal(1, _link.Peer.SendCalls);
        _link.Peer.SendRoom = 1000;
        Assert.True(_link.Await(PollFlags.Writable).HasFlag(PollFlags.Writable));
        Assert.Equal(IoStatus.Done, Connection.Flush(_link.Pool));
        Assert.Equal(2, _link.Peer.SendCalls);
    }

    [Fact]
    public void A_chunk_that_was_sent_is_not_written_again_while_a_reference_behind_it_waits()
    {
        Slab shared = _link.Pool.Rent(256);
        shared.Span.Fill(0xAA);
        Append(10);
        Connection.AppendReference(shared, 0, 100, _link.Pool);
        _link.Peer.SendRoom = 10;
        Assert.Equal(IoStatus.WouldBlock, Connection.Flush(_link.Pool));
        Assert.Equal(256, _link.Pool.RentedBytes);
        Append(20);
        _link.Peer.SendRoom = 1000;
        Assert.Equal(IoStatus.Done, Connection.Flush(_link.Pool));
        Assert.Equal([.. Count(10), .. Enumerable.Repeat((byte)0xAA, 100), .. Count(20)], _link.Peer.Read());
        _link.Pool.Release(shared);
        Assert.Equal(0, _link.Pool.RentedBytes);
    }

    [Fact]
    public void A_flush_of_nothing_makes_no_call()
    {
        Assert.Equal(IoStatus.Done, Connection.Flush(_link.Pool));
        Connection.AppendReference(_link.Pool.Rent(256), 0, 0, _link.Pool);
        Assert.Equal(IoStatus.Done, Connection.Flush(_link.Pool));
        Assert.Equal(0, _link.Peer.SendCalls);
    }

    private static IEnumerable<byte> Count(int count) => Enumerable.Range(0, count).Select(i => (byte)i);

    private void Append(int count)
    {
        Span<byte> output = Connection.GetOutput(count, _link.Pool);
        for (int i = 0; i < count; i++)
        {
            output[i] = (byte)i;
        }

        Connection.Advance(count);
    }
}

// What a TLS connection does that a plain one does not: ends of its own, large amounts in records, no allocation.

using FastMqtt.Transport.Buffers;
using FastMqtt.Transport.Linux;
using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Tls;

public sealed class TlsDataTests : IDisposable
{
    private const int TenMegabytes = 10_000_000;
    private const int Attempts = 5;

    private readonly TlsLink _link = new();

    private Connection Connection => _link.Connection;

    [Fact]
    public void Ten_megabytes_arrive_both_ways_at_once()
    {
        byte[] sent = FrameSink.MakeFrame(TenMegabytes, 1);
        List<byte> atPeer = new(TenMegabytes);
        List<byte> here = new(TenMegabytes);
        Slab slab = _link.Pool.Rent(TenMegabytes);
        sent.CopyTo(slab.Span);
        Connection.AppendReference(slab, 0, TenMegabytes, _link.Pool);
        int written = 0;
        while (atPeer.Count < TenMegabytes || here.Count < TenMegabytes)
        {
            if (Connection.PendingBytes > 0)
            {
                Connection.Flush(_link.Pool);
            }

            written += written < TenMegabytes ? _link.PeerWrite(sent.AsSpan(written)) : 0;
            atPeer.AddRange(_link.PeerRead());
            while (Connection.Receive(_link.Area, _link.Pool, out ReadOnlySpan<byte> unread, out _) == IoStatus.Done)
            {
                here.AddRange(unread);
                Connection.Consume(unread.Length, 0, _link.Pool);
            }
        }

        _link.Pool.Release(slab);
        Assert.True(sent.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(atPeer)));
        Assert.True(sent.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(here)));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(TlsRecords.Bytes - 1)]
    [InlineData(TlsRecords.Bytes)]
    [InlineData(TlsRecords.Bytes + 1)]
    [InlineData((3 * TlsRecords.Bytes) + 7)]
    [InlineData(ReceiveArea.DefaultBytes + 1)]
    public void A_receive_that_is_not_filled_has_drained_the_socket(int bytes)
    {
        byte[] sent = FrameSink.MakeFrame(bytes, 5);
        int written = 0;
        while (written < bytes)
        {
            written += _link.PeerWrite(sent.AsSpan(written, Math.Min(bytes - written, 1 << 20)));
        }

        List<byte> received = [];
        while (received.Count < bytes)
        {
            _link.Await(PollFlags.Readable); // the contract: an event comes after each receive that was not filled
            bool filled = true;
            while (filled && TryReceive(out ReadOnlySpan<byte> unread, out filled))
            {
                received.AddRange(unread);
                Connection.Consume(unread.Length, 0, _link.Pool);
            }
        }

        Assert.Equal(sent, received);
        Assert.Equal(IoStatus.WouldBlock, Connection.Receive(_link.Area, _link.Pool, out _, out _));
    }

    [Fact]
    public void A_close_notify_behind_data_is_noticed_although_the_socket_stays_open()
    {
        _link.PeerWrite("last words"u8);
        _link.PeerNotifyClose();
        _link.Await(PollFlags.Readable);
        Assert.Equal(IoStatus.Done, Connection.Receive(_link.Area, _link.Pool, out ReadOnlySpan<byte> unread, out _));
        Assert.Equal("last words"u8, unread);
        Connection.Consume(unread.Length, 0, _link.Pool);
        _link.Await(PollFlags.PeerClosed);
        Assert.Equal(IoStatus.Closed, Connection.Receive(_link.Area, _link.Pool, out _, out _));
    }

    [Fact]
    public void An_end_of_the_socket_without_a_close_notify_is_an_end()
    {
        _link.PeerWrite("last words"u8);
        Assert.Equal(0, Libc.Shutdown(_link.PeerHandle, Libc.ShutdownWrite));
        _link.Await(PollFlags.PeerClosed);
        Assert.Equal(IoStatus.Done, Connection.Receive(_link.Area, _link.Pool, out ReadOnlySpan<byte> unread, out _));
        Connection.Consume(unread.Length, 0, _link.Pool);
        Assert.Equal(IoStatus.Closed, Connection.Receive(_link.Area, _link.Pool, out _, out _));
    }

    [Fact]
    public void Our_close_tells_the_peer()
    {
        Connection.Close(_link.Pool);
        IoStatus status;
        while ((status = _link.PeerStatus()) == IoStatus.WouldBlock)
        {
        }

        Assert.Equal(IoStatus.Closed, status);
    }

    [Fact]
    public void What_is_no_record_fails_the_connection_and_nothing_else()
    {
        using TlsLink other = new();
        _link.PeerWriteRaw("GET / HTTP/1.1\r\n\r\n"u8);
        _link.Await(PollFlags.Readable);
        Assert.Equal(IoStatus.Failed, Connection.Receive(_link.Area, _link.Pool, out _, out _));
        Assert.Equal(IoStatus.Failed, Connection.Receive(_link.Area, _link.Pool, out _, out _));
        other.PeerWrite("fine"u8);
        other.Await(PollFlags.Readable);
        Assert.Equal(
            IoStatus.Done, other.Connection.Receive(other.Area, other.Pool, out ReadOnlySpan<byte> unread, out _));
        Assert.Equal("fine"u8, unread);
        other.Connection.Consume(unread.Length, 0, other.Pool);
    }

    [Fact]
    public void A_connection_that_moves_to_another_thread_goes_on_there()
    {
        _link.PeerWrite("before"u8);
        var thread = new Thread(() =>
        {
            Connection.MoveTo(_link.Poller);
            _link.Await(PollFlags.Readable);
            Assert.Equal(
                IoStatus.Done, Connection.Receive(_link.Area, _link.Pool, out ReadOnlySpan<byte> unread, out _));
            unread.CopyTo(Connection.GetOutput(unread.Length, _link.Pool));
            Connection.Advance(unread.Length);
            Connection.Consume(unread.Length, 0, _link.Pool);
            Connection.Flush(_link.Pool);
        });
        thread.Start();
        thread.Join();
        List<byte> echo = [];
        while (echo.Count < 6)
        {
            echo.AddRange(_link.PeerRead());
        }

        Assert.Equal("before"u8.ToArray(), echo);
        Connection.MoveTo(_link.Poller);
    }

    // As for plain connections: what the code allocates comes with every attempt, so the least of a few is the truth.
    [Fact]
    public void A_warm_loop_of_sends_and_receives_allocates_nothing()
    {
        byte[] message = new byte[64];
        byte[] buffer = new byte[64 * 1024];
        Exchange(100);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            int bytes = Exchange(1000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(2 * 1000 * 20 * 64, bytes);
        }

        Assert.Equal(0, least);

        int Exchange(int rounds)
        {
            int total = 0;
            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < 20; i++)
                {
                    message.CopyTo(Connection.GetOutput(64, _link.Pool));
                    Connection.Advance(64);
                    _link.PeerSend(message);
                }

                Connection.Flush(_link.Pool);
                int expected = total + (2 * 20 * 64);
                while (total < expected)
                {
                    total += _link.PeerReceive(buffer);
                    if (TryReceive(out ReadOnlySpan<byte> unread, out _))
                    {
                        total += unread.Length;
                        Connection.Consume(unread.Length, 0, _link.Pool);
                    }
                }
            }

            return total;
        }
    }

    public void Dispose() => _link.Dispose();

    private bool TryReceive(out ReadOnlySpan<byte> unread, out bool filled) =>
        Connection.Receive(_link.Area, _link.Pool, out unread, out filled) == IoStatus.Done;

    private static class TlsRecords
    {
        public const int Bytes = 16 * 1024;
    }
}

// Output, partial sends and references, the same over real and over scripted sockets.

using FastMqtt.Transport.Buffers;
using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Connections;

public abstract class SendTests : IDisposable
{
    private protected SendTests(Link link) => Link = link;

    private Link Link { get; }

    private Connection Connection => Link.Connection;

    [Fact]
    public void What_is_appended_arrives_with_one_flush_and_leaves_no_memory()
    {
        List<byte> expected = [];
        for (int i = 0; i < 100; i++)
        {
            Append(FrameSink.MakeFrame(50, i), expected);
        }

        Assert.Equal(5000, Connection.PendingBytes);
        Assert.Equal(IoStatus.Done, Connection.Flush(Link.Pool));
        Assert.Equal(0, Connection.PendingBytes);
        Assert.Equal(0, Link.Pool.RentedBytes);
        Assert.Equal(expected, ReadUntil(expected.Count));
    }

    [Fact]
    public void A_slow_reader_gets_every_byte_in_order()
    {
        Link.NarrowSend();
        List<byte> expected = [];
        Slab shared = Link.Pool.Rent(8000);
        FrameSink.MakeFrame(8000, 1).CopyTo(shared.Span);
        for (int i = 0; i < 300; i++)
        {
            Append(FrameSink.MakeFrame(4 + (i * 7), i), expected);
            int offset = i * 10;
            Connection.AppendReference(shared, offset, 4000, Link.Pool);
            expected.AddRange(shared.Span.Slice(offset, 4000));
        }

        Link.Pool.Release(shared);
        Assert.Equal(expected.Count, Connection.PendingBytes);
        Assert.Equal(IoStatus.WouldBlock, Connection.Flush(Link.Pool));
        Assert.InRange(Connection.PendingBytes, 1, expected.Count);

        // Appended behind a partial send.
        Append(FrameSink.MakeFrame(3000, 999), expected);
        List<byte> received = [];
        while (received.Count < expected.Count)
        {
            received.AddRange(Link.PeerRead());
            if (Connection.PendingBytes > 0 && Link.Poll(1).HasFlag(PollFlags.Writable))
            {
                Connection.Flush(Link.Pool);
            }
        }

        Assert.Equal(expected, received);
        Assert.Equal(0, Connection.PendingBytes);
        Assert.Equal(0, Link.Pool.RentedBytes);
    }

    [Fact]
    public void More_segments_than_one_call_takes_are_all_sent()
    {
        List<byte> expected = [];
        Slab shared = Link.Pool.Rent(1000);
        FrameSink.MakeFrame(1000, 1).CopyTo(shared.Span);
        for (int i = 0; i < (OutputQueue.VectorsMax * 3) + 1; i++)
        {
            Connection.AppendReference(shared, i, 10, Link.Pool);
            expected.AddRange(shared.Span.Slice(i, 10));
        }

        Assert.Equal(IoStatus.Done, Connection.Flush(Link.Pool));
        Assert.Equal(expected, ReadUntil(expected.Count));
        Link.Pool.Release(shared);
        Assert.Equal(0, Link.Pool.RentedBytes);
    }

    [Fact]
    public void Closing_with_unsent_output_returns_every_slab()
    {
        Link.NarrowSend();
        Slab shared = Link.Pool.Rent(4096);
        List<byte> unused = [];
        for (int i = 0; i < 1000; i++)
        {
            Append(FrameSink.MakeFrame(40, i), unused);
            Connection.AppendReference(shared, 0, 4096, Link.Pool);
        }

        Assert.Equal(IoStatus.WouldBlock, Connection.Flush(Link.Pool));
        Connection.Close(Link.Pool);
        Assert.Equal(4096, Link.Pool.RentedBytes);
        Assert.False(shared.IsShared);
        Link.Pool.Release(shared);
        Assert.Equal(0, Link.Pool.RentedBytes);
    }

    [Fact]
    public void Sending_to_a_peer_that_reset_fails_without_a_signal()
    {
        Link.PeerReset();
        Link.Await(PollFlags.Error | PollFlags.PeerClosed | PollFlags.Readable);
        IoStatus status = IoStatus.Done;
        for (int i = 0; i < 3 && status == IoStatus.Done; i++)
        {
            Append(FrameSink.MakeFrame(100, i), []);
            status = Connection.Flush(Link.Pool);
        }

        Assert.Equal(IoStatus.Failed, status);
        Connection.Close(Link.Pool);
        Assert.Equal(0, Link.Pool.RentedBytes);
    }

    [Fact]
    public void Space_asked_for_and_not_used_is_returned()
    {
        Connection.GetOutput(10, Link.Pool);
        Assert.Equal(IoStatus.Done, Connection.Flush(Link.Pool));
        Assert.Equal(0, Link.Pool.RentedBytes);
        Connection.GetOutput(10, Link.Pool);
        Append(FrameSink.MakeFrame(2000, 1), []);
        Assert.Equal(IoStatus.Done, Connection.Flush(Link.Pool));
        Assert.Equal(0, Link.Pool.RentedBytes);
        Assert.Equal(FrameSink.MakeFrame(2000, 1), ReadUntil(2000));
    }

    [Fact]
    public void The_peer_reads_the_farewell_and_then_the_end()
    {
        Append("farewell"u8.ToArray(), []);
        Assert.Equal(IoStatus.Done, Connection.Flush(Link.Pool));
        Connection.ShutdownSend();
        Assert.Equal("farewell"u8.ToArray(), ReadUntil(8));
        Link.PeerEnd();
        Link.Await(PollFlags.PeerClosed | PollFlags.Readable);
        Assert.Equal(IoStatus.Closed, Connection.Receive(Link.Area, Link.Pool, out _, out _));
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Link.Dispose();

    private void Append(byte[] bytes, List<byte> expected)
    {
        bytes.CopyTo(Connection.GetOutput(bytes.Length, Link.Pool));
        Connection.Advance(bytes.Length);
        expected.AddRange(bytes);
    }

    private List<byte> ReadUntil(int count)
    {
        List<byte> received = [];
        long start = Environment.TickCount64;
        while (received.Count < count)
        {
            Assert.True(Environment.TickCount64 - start < 5000, $"{received.Count} of {count} bytes arrived.");
            received.AddRange(Link.PeerRead());
        }

        return received;
    }
}

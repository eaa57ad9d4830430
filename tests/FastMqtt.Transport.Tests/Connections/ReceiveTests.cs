// Receiving and keeping split frames, the same over real and over scripted sockets.

using FastMqtt.Transport.Tests.Links;

namespace FastMqtt.Transport.Tests.Connections;

public abstract class ReceiveTests : IDisposable
{
    private const int MiB = 1024 * 1024;

    private protected ReceiveTests(Link link)
    {
        Link = link;
        Sink = new FrameSink(link);
    }

    private Link Link { get; }

    private FrameSink Sink { get; }

    [Fact]
    public void Frames_received_together_are_decoded_in_place_and_leave_nothing_kept()
    {
        byte[][] frames = MakeFrames(10, 100);
        Sink.Exchange(frames.SelectMany(frame => frame).ToArray(), int.MaxValue, frames.Length);
        AssertReceived(frames);
    }

    [Fact]
    public void Frames_that_arrive_byte_by_byte_are_whole()
    {
        byte[][] frames = MakeFrames(5, 60);
        Sink.Exchange(frames.SelectMany(frame => frame).ToArray(), 1, frames.Length);
        AssertReceived(frames);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(5000)]
    [InlineData(300_000)]
    public void Two_frames_split_anywhere_are_whole(int length)
    {
        byte[][] frames = MakeFrames(2, length);
        byte[] bytes = frames.SelectMany(frame => frame).ToArray();
        int step = (bytes.Length / 16) - 1;
        for (int split = 1; split < bytes.Length; split += step)
        {
            Sink.Frames.Clear();
            Sink.Exchange(bytes.AsSpan(0, split), int.MaxValue, split / length);
            Sink.Exchange(bytes.AsSpan(split), int.MaxValue, frames.Length);
            AssertReceived(frames);
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(9000)]
    [InlineData(100_000)]
    public void A_frame_of_1_MiB_in_pieces_is_whole_and_frames_behind_it_are_not_lost(int pieceBytes)
    {
        byte[][] frames =
        [
            FrameSink.MakeFrame(MiB, 1), FrameSink.MakeFrame(50, 2), FrameSink.MakeFrame(60, 3),
            FrameSink.MakeFrame(MiB + 777, 4), FrameSink.MakeFrame(4, 5),
        ];
        Sink.Exchange(frames.SelectMany(frame => frame).ToArray(), pieceBytes, frames.Length);
        AssertReceived(frames);
    }

    [Fact]
    public void Random_frames_in_random_pieces_are_whole()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        byte[][] frames = [.. Enumerable.Range(0, 200).Select(i =>
            FrameSink.MakeFrame(random.Next(10) == 0 ? random.Next(4, 90_000) : random.Next(4, 5_000), i))];
        byte[] bytes = frames.SelectMany(frame => frame).ToArray();
        int done = 0;
        while (done < bytes.Length)
        {
            int piece = Math.Min(random.Next(1, 20_000), bytes.Length - done);
            int written = Link.PeerWrite(bytes.AsSpan(done, piece));
            done += written;
            if (Link.Poll(0).HasFlag(PollFlags.Readable))
            {
                Sink.Pump();
            }
        }

        Sink.Exchange([], 1, frames.Length);
        Assert.True(frames.Zip(Sink.Frames).All(pair => pair.First.SequenceEqual(pair.Second)), $"seed {seed}");
    }

    [Fact]
    public void The_end_of_the_peer_is_closed_after_the_last_byte()
    {
        byte[] frame = FrameSink.MakeFrame(100, 1);
        Link.PeerWrite(frame);
        Link.PeerEnd();
        PollFlags flags = Link.Await(PollFlags.Readable);
        while (Sink.Pump() != IoStatus.Closed)
        {
            // Told once that this is the end, or told with each receive.
            flags |= flags.HasFlag(PollFlags.PeerClosed)
                ? PollFlags.None
                : Link.Await(PollFlags.PeerClosed | PollFlags.Readable);
        }

        Assert.Equal(frame, Assert.Single(Sink.Frames));
    }

    [Fact]
    public void A_reset_in_the_middle_of_a_frame_fails_and_close_returns_all_memory()
    {
        byte[] frame = FrameSink.MakeFrame(20_000, 1);
        Sink.Exchange(frame.AsSpan(0, 10_000), int.MaxValue, 0);
        Assert.True(Link.Connection.KeptBytes > 0);
        Link.PeerReset();
        Link.Await(PollFlags.Error | PollFlags.PeerClosed | PollFlags.Readable);
        IoStatus status = Sink.Pump();
        Assert.Equal(IoStatus.Failed, status);
        Link.Connection.Close(Link.Pool);
        Link.Connection.Close(Link.Pool);
        Assert.True(Link.Connection.IsClosed);
        Assert.Equal(0, Link.Pool.RentedBytes);
    }

    [Fact]
    public void A_receive_without_data_keeps_the_kept_bytes()
    {
        byte[] frame = FrameSink.MakeFrame(100, 1);
        Sink.Exchange(frame.AsSpan(0, 10), int.MaxValue, 0);
        Assert.Equal(IoStatus.WouldBlock, Sink.Pump());
        Assert.Equal(10, Link.Connection.KeptBytes);
        Assert.Equal(frame.AsSpan(0, 10), Link.Connection.Kept);
        Sink.Exchange(frame.AsSpan(10), int.MaxValue, 1);
        AssertReceived([frame]);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Link.Dispose();

    private static byte[][] MakeFrames(int count, int length) =>
        [.. Enumerable.Range(0, count).Select(i => FrameSink.MakeFrame(length, i))];

    private void AssertReceived(byte[][] frames)
    {
        Assert.Equal(frames.Length, Sink.Frames.Count);
        for (int i = 0; i < frames.Length; i++)
        {
            Assert.True(frames[i].AsSpan().SequenceEqual(Sink.Frames[i]), $"Frame {i} differs.");
        }

        Assert.Equal(0, Link.Connection.KeptBytes);
        Assert.Equal(0, Link.Pool.RentedBytes);
    }
}

// The corrected benchmark notices what the seed's cannot: a wrong topic, length, order or payload.
using FastMqtt.Bench;
using Xunit;

namespace FastMqtt.Tests;

public class BenchFrameTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(1024)]
    [InlineData(1024 * 1024)]
    public void frame_passes_its_own_check(int payloadBytes)
    {
        var frame = new BenchFrame("a/b"u8, payloadBytes);
        foreach (long sequence in new long[] { 0, 1, 255, 256, long.MaxValue })
        {
            byte[] bytes = Write(frame, sequence);
            Assert.Null(frame.Check(bytes, sequence, out long timestamp));
            Assert.Equal(42, timestamp);
        }
    }

    [Fact]
    public void header_is_a_publish_at_qos_0()
    {
        byte[] bytes = Write(new BenchFrame("a/b"u8, 1024), 0);
        Assert.Equal(SeedPackets.PublishBytes, bytes.Length);
        Assert.Equal("3085080003612F62", Convert.ToHexString(bytes.AsSpan(0, 8)));
    }

    [Fact]
    public void every_changed_byte_except_the_time_is_noticed()
    {
        var frame = new BenchFrame("a/b"u8, 64);
        byte[] bytes = Write(frame, 7);
        int time = bytes.Length - 64 + sizeof(long);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            bool isTime = i >= time && i < time + sizeof(long);
            Assert.Equal(isTime, frame.Check(bytes, 7, out _) is null);
            bytes[i] ^= 1;
        }
    }

    [Fact]
    public void lost_message_is_named()
    {
        var frame = new BenchFrame("a/b"u8, 64);
        Assert.Equal("message 3 expected, message 4 arrived", frame.Check(Write(frame, 4), 3, out _));
    }

    private static byte[] Write(BenchFrame frame, long sequence)
    {
        var bytes = new byte[frame.Length];
        frame.Write(bytes, sequence, timestamp: 42);
        return bytes;
    }
}

// Variable byte integers and fixed headers at their borders, beyond what the golden table shows.
using Xunit;

namespace FastMqtt.Protocol.Tests;

public class FrameDecoderTests
{
    // [MQTT-1.5.5-1]
    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7F")]
    [InlineData(128, "8001")]
    [InlineData(16_383, "FF7F")]
    [InlineData(16_384, "808001")]
    [InlineData(2_097_151, "FFFF7F")]
    [InlineData(2_097_152, "80808001")]
    [InlineData(268_435_455, "FFFFFF7F")]
    public void a_variable_byte_integer_takes_the_fewest_bytes(uint value, string hex)
    {
        byte[] bytes = new byte[4];
        int written = VariableByteInteger.Write(bytes, value);
        Assert.Equal(hex, Convert.ToHexString(bytes.AsSpan(0, written)));
        Assert.Equal(written, VariableByteInteger.Measure(value));
        FrameResult result = VariableByteInteger.TryRead(bytes.AsSpan(0, written), out uint read, out int length);
        Assert.Equal((FrameResult.Complete, value, written), (result, read, length));
    }

    // [MQTT-1.5.5-1]
    [Theory]
    [InlineData("", FrameResult.Incomplete, FrameResult.Incomplete)]
    [InlineData("80", FrameResult.Incomplete, FrameResult.Incomplete)]
    [InlineData("FFFFFF", FrameResult.Incomplete, FrameResult.Incomplete)]
    [InlineData("FFFFFFFF", FrameResult.Malformed, FrameResult.Malformed)]
    [InlineData("8000", FrameResult.Malformed, FrameResult.Complete)]
    [InlineData("FF808000", FrameResult.Malformed, FrameResult.Complete)]
    public void only_the_lenient_reader_takes_padding(string hex, FrameResult strict, FrameResult lenient)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.Equal(strict, VariableByteInteger.TryRead(bytes, out _, out _));
        Assert.Equal(lenient, VariableByteInteger.TryReadPadded(bytes, out _, out _));
    }

    [Fact]
    public void a_hostile_length_is_refused_before_its_bytes_arrive()
    {
        ReadOnlySpan<byte> input = [0x30, 0xFF, 0xFF, 0xFF, 0x7F];
        FrameResult result = FrameDecoder.TryRead(input, 1_000_000, out _, out ReasonCode error);
        Assert.Equal((FrameResult.Malformed, ReasonCode.PacketTooLarge), (result, error));
    }

    [Fact]
    public void the_size_of_an_incomplete_frame_is_told_once_it_is_known()
    {
        ReadOnlySpan<byte> input = [0x30, 0xFF, 0xFF, 0xFF, 0x7F];
        FrameResult result = FrameDecoder.TryRead(input, int.MaxValue, out FixedHeader header, out _);
        Assert.Equal((FrameResult.Incomplete, 268_435_460), (result, header.TotalLength));
        result = FrameDecoder.TryRead(input[..4], int.MaxValue, out header, out _);
        Assert.Equal((FrameResult.Incomplete, 0), (result, header.TotalLength));
    }

    // [MQTT-2.1.3-1] [MQTT3-2.2.2-2]
    [Fact]
    public void a_first_byte_with_illegal_flags_is_refused_at_once()
    {
        for (int first = 0; first < 256; first++)
        {
            int required = (first >> 4) is 6 or 8 or 10 ? 2 : 0;
            bool isLegal = first >> 4 == 3 || (first >> 4 != 0 && (first & 15) == required);
            FrameResult result = FrameDecoder.TryRead([(byte)first], int.MaxValue, out _, out _);
            Assert.Equal(isLegal ? FrameResult.Incomplete : FrameResult.Malformed, result);
        }
    }
}

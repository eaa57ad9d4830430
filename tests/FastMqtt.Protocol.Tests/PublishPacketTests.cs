// What the golden table cannot show of PUBLISH: the known topic, and sizes at the border of the length prefix.
using Xunit;

namespace FastMqtt.Protocol.Tests;

public class PublishPacketTests
{
    private static readonly FixedHeader Header = new(0x30, 2, 7);

    [Fact]
    public void a_known_topic_is_not_checked_again()
    {
        // Illegal on purpose: that it passes shows that the check was skipped.
        ReadOnlySpan<byte> body = [0, 3, (byte)'a', (byte)'/', (byte)'+', 1, 2];
        ReasonCode known = PublishPacket.Read(
            Header, body, ProtocolVersion.Mqtt311, "a/+"u8, out PublishPacket packet);
        Assert.Equal(ReasonCode.Success, known);
        Assert.True(packet.Topic.SequenceEqual("a/+"u8));
        Assert.Equal(2, packet.Payload.Length);
    }

    // [MQTT-3.3.2-2]
    [Fact]
    public void a_topic_that_differs_from_the_known_one_is_checked()
    {
        ReadOnlySpan<byte> body = [0, 3, (byte)'a', (byte)'/', (byte)'+', 1, 2];
        ReasonCode other = PublishPacket.Read(Header, body, ProtocolVersion.Mqtt311, "a/b"u8, out _);
        Assert.Equal(ReasonCode.TopicNameInvalid, other);
    }

    // [MQTT-4.7.3-1]
    [Fact]
    public void an_empty_known_topic_does_not_make_an_empty_topic_legal()
    {
        ReasonCode verdict = PublishPacket.Read(Header, [0, 0, 1], ProtocolVersion.Mqtt311, [], out _);
        Assert.Equal(ReasonCode.ProtocolError, verdict);
    }

    [Theory]
    [InlineData(65_535, 0)]
    [InlineData(1, 124)]
    [InlineData(1, 125)]
    [InlineData(1, 16_380)]
    [InlineData(1, 16_381)]
    [InlineData(1, 2_097_148)]
    [InlineData(1, 2_097_149)]
    public void sizes_at_a_border_are_measured_as_they_are_written(int topicLength, int payloadLength)
    {
        byte[] topic = new byte[topicLength];
        topic.AsSpan().Fill((byte)'t');
        PublishPacket packet = new() { Topic = topic, Payload = new byte[payloadLength] };
        byte[] bytes = new byte[packet.Measure(ProtocolVersion.Mqtt311)];
        Assert.Equal(bytes.Length, packet.Write(ProtocolVersion.Mqtt311, bytes));
        FrameResult result = FrameDecoder.TryRead(bytes, bytes.Length, out FixedHeader header, out _);
        Assert.Equal((FrameResult.Complete, bytes.Length), (result, header.TotalLength));
        PublishPacket.Read(header, bytes.AsSpan(header.HeaderLength), ProtocolVersion.Mqtt311, out PublishPacket read);
        Assert.Equal(topicLength, read.Topic.Length);
        Assert.Equal(payloadLength, read.Payload.Length);
    }
}

// Reads a frame of any type with the reader for it: the switch that the table-driven tests share.
// Describe renders the outcome. See also PacketRewriter.
namespace FastMqtt.Protocol.Tests;

internal static class AnyPacket
{
    // The facts of the first frame of input, "!" and the reason code, or "?" when more bytes are needed.
    public static string Describe(ReadOnlySpan<byte> input, ProtocolVersion version, out int consumed)
    {
        consumed = 0;
        FrameResult result = FrameDecoder.TryRead(
            input, int.MaxValue, out FixedHeader header, out ReasonCode error, version);
        if (result == FrameResult.Malformed)
        {
            return Failure(error);
        }

        if (result == FrameResult.Incomplete)
        {
            return "?";
        }

        consumed = header.TotalLength;
        return Describe(header, input[header.HeaderLength..header.TotalLength], version);
    }

    public static string Describe(FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version) =>
        header.Type switch
        {
            PacketType.Connect => DescribeConnect(header, body),
            PacketType.Connack => DescribeConnack(header, body, version),
            PacketType.Publish => DescribePublish(header, body, version),
            PacketType.Subscribe => DescribeSubscribe(header, body, version),
            PacketType.Suback => DescribeSuback(header, body, version),
            PacketType.Unsubscribe => DescribeUnsubscribe(header, body, version),
            PacketType.Unsuback => DescribeUnsuback(header, body, version),
            PacketType.Pingreq => DescribePingreq(header, body, version),
            PacketType.Pingresp => DescribePingresp(header, body, version),
            PacketType.Disconnect => DescribeDisconnect(header, body, version),
            PacketType.Auth => DescribeAuth(header, body, version),
            >= PacketType.Puback and <= PacketType.Pubcomp => DescribeAcknowledgement(header, body, version),
            _ => throw new ArgumentOutOfRangeException(nameof(header)),
        };

    private static string Failure(ReasonCode code) => $"!{code}";

    private static string DescribeConnect(FixedHeader header, ReadOnlySpan<byte> body)
    {
        ReasonCode verdict = ConnectPacket.Read(header, body, out ConnectPacket packet);
        return verdict == ReasonCode.Success ? Facts.Of(packet) : Failure(verdict);
    }

    private static string DescribeConnack(FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        ReasonCode verdict = ConnackPacket.Read(header, body, version, out ConnackPacket packet);
        return verdict == ReasonCode.Success ? Facts.Of(packet) : Failure(verdict);
    }

    private static string DescribePublish(FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        ReasonCode verdict = PublishPacket.Read(header, body, version, out PublishPacket packet);
        return verdict == ReasonCode.Success ? Facts.Of(packet) : Failure(verdict);
    }

    private static string DescribeSubscribe(FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        ReasonCode verdict = SubscribePacket.Read(header, body, version, out SubscribePacket packet);
        return verdict == ReasonCode.Success ? Facts.Of(packet) : Failure(verdict);
    }

    private static string DescribeSuback(FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        ReasonCode verdict = SubackPacket.Read(header, body, version, out SubackPacket packet);
        return verdict == ReasonCode.Success ? Facts.Of(packet) : Failure(verdict);
    }

    private static string DescribeUnsubscribe(FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        ReasonCode verdict = UnsubscribePacket.Read(header, body, version, out UnsubscribePacket packet);
        return verdict == ReasonCode.Success ? Facts.Of(packet) : Failure(verdict);
    }

    private static string DescribeUnsuback(FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        ReasonCode verdict = UnsubackPacket.Read(header, body, version, out UnsubackPacket packet);
        return verdict == ReasonCode.Success ? Facts.Of(packet) : Failure(verdict);
    }

    private static string DescribePingreq(FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        ReasonCode verdict = PingreqPacket.Read(header, body, version, out _);
        return verdict == ReasonCode.Success ? "PINGREQ" : Failure(verdict);
    }

    private static string DescribePingresp(FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        ReasonCode verdict = PingrespPacket.Read(header, body, version, out _);
        return verdict == ReasonCode.Success ? "PINGRESP" : Failure(verdict);
    }

    private static string DescribeDisconnect(FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        ReasonCode verdict = DisconnectPacket.Read(header, body, version, out DisconnectPacket packet);
        return verdict == ReasonCode.Success ? Facts.Of(packet) : Failure(verdict);
    }

    private static string DescribeAuth(FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        ReasonCode verdict = AuthPacket.Read(header, body, version, out AuthPacket packet);
        return verdict == ReasonCode.Success ? Facts.Of(packet) : Failure(verdict);
    }

    private static string DescribeAcknowledgement(FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        ReasonCode verdict = AcknowledgementPacket.Read(header, body, version, out AcknowledgementPacket packet);
        return verdict == ReasonCode.Success ? Facts.Of(packet) : Failure(verdict);
    }
}

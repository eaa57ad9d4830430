// Reads a frame of any type with the reader for it: the switch that the table-driven tests share.
// Describe renders the outcome; Rewrite reads and writes back without allocating.
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

    // Reads the body and writes the packet back. Success: measured and written say what the writer thinks of it.
    public static ReasonCode Rewrite(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        Span<byte> destination,
        out int measured,
        out int written)
    {
        measured = 0;
        written = 0;
        ReasonCode verdict;
        switch (header.Type)
        {
            case PacketType.Connect:
                verdict = ConnectPacket.Read(header, body, out ConnectPacket connect);
                if (verdict == ReasonCode.Success)
                {
                    measured = connect.Measure(connect.Version);
                    written = connect.Write(connect.Version, destination);
                }

                break;
            case PacketType.Connack:
                verdict = ConnackPacket.Read(header, body, version, out ConnackPacket connack);
                if (verdict == ReasonCode.Success)
                {
                    measured = connack.Measure(version);
                    written = connack.Write(version, destination);
                }

                break;
            case PacketType.Publish:
                verdict = PublishPacket.Read(header, body, version, out PublishPacket publish);
                if (verdict == ReasonCode.Success)
                {
                    measured = publish.Measure(version);
                    written = publish.Write(version, destination);
                }

                break;
            case PacketType.Subscribe:
                verdict = SubscribePacket.Read(header, body, version, out SubscribePacket subscribe);
                if (verdict == ReasonCode.Success)
                {
                    measured = subscribe.Measure(version);
                    written = subscribe.Write(version, destination);
                }

                break;
            case PacketType.Suback:
                verdict = SubackPacket.Read(header, body, version, out SubackPacket suback);
                if (verdict == ReasonCode.Success)
                {
                    measured = suback.Measure(version);
                    written = suback.Write(version, destination);
                }

                break;
            case PacketType.Unsubscribe:
                verdict = UnsubscribePacket.Read(header, body, version, out UnsubscribePacket unsubscribe);
                if (verdict == ReasonCode.Success)
                {
                    measured = unsubscribe.Measure(version);
                    written = unsubscribe.Write(version, destination);
                }

                break;
            case PacketType.Unsuback:
                verdict = UnsubackPacket.Read(header, body, version, out UnsubackPacket unsuback);
                if (verdict == ReasonCode.Success)
                {
                    measured = unsuback.Measure(version);
                    written = unsuback.Write(version, destination);
                }

                break;
            case PacketType.Pingreq:
                verdict = PingreqPacket.Read(header, body, version, out PingreqPacket pingreq);
                if (verdict == ReasonCode.Success)
                {
                    measured = pingreq.Measure(version);
                    written = pingreq.Write(version, destination);
                }

                break;
            case PacketType.Pingresp:
                verdict = PingrespPacket.Read(header, body, version, out PingrespPacket pingresp);
                if (verdict == ReasonCode.Success)
                {
                    measured = pingresp.Measure(version);
                    written = pingresp.Write(version, destination);
                }

                break;
            case PacketType.Disconnect:
                verdict = DisconnectPacket.Read(header, body, version, out DisconnectPacket disconnect);
                if (verdict == ReasonCode.Success)
                {
                    measured = disconnect.Measure(version);
                    written = disconnect.Write(version, destination);
                }

                break;
            case PacketType.Auth:
                verdict = AuthPacket.Read(header, body, version, out AuthPacket auth);
                if (verdict == ReasonCode.Success)
                {
                    measured = auth.Measure(version);
                    written = auth.Write(version, destination);
                }

                break;
            default:
                verdict = AcknowledgementPacket.Read(header, body, version, out AcknowledgementPacket acknowledgement);
                if (verdict == ReasonCode.Success)
                {
                    measured = acknowledgement.Measure(version);
                    written = acknowledgement.Write(version, destination);
                }

                break;
        }

        return verdict;
    }

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

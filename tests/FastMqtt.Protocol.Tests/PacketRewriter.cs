// Reads a frame of any type and writes it back with the same packet, allocating nothing.
// Success: measured and written say what the writer thinks of it. Called by the encoder, allocation and fuzz tests.
namespace FastMqtt.Protocol.Tests;

internal static class PacketRewriter
{
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
        return header.Type switch
        {
            PacketType.Connect => Connect(header, body, destination, ref measured, ref written),
            PacketType.Connack => Connack(header, body, version, destination, ref measured, ref written),
            PacketType.Publish => Publish(header, body, version, destination, ref measured, ref written),
            PacketType.Subscribe => Subscribe(header, body, version, destination, ref measured, ref written),
            PacketType.Suback => Suback(header, body, version, destination, ref measured, ref written),
            PacketType.Unsubscribe => Unsubscribe(header, body, version, destination, ref measured, ref written),
            PacketType.Unsuback => Unsuback(header, body, version, destination, ref measured, ref written),
            PacketType.Pingreq => Pingreq(header, body, version, destination, ref measured, ref written),
            PacketType.Pingresp => Pingresp(header, body, version, destination, ref measured, ref written),
            PacketType.Disconnect => Disconnect(header, body, version, destination, ref measured, ref written),
            PacketType.Auth => Auth(header, body, version, destination, ref measured, ref written),
            _ => Acknowledgement(header, body, version, destination, ref measured, ref written),
        };
    }

    private static ReasonCode Connect(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        Span<byte> destination,
        ref int measured,
        ref int written)
    {
        ReasonCode verdict = ConnectPacket.Read(header, body, out ConnectPacket packet);
        if (verdict == ReasonCode.Success)
        {
            measured = packet.Measure(packet.Version);
            written = packet.Write(packet.Version, destination);
        }

        return verdict;
    }

    private static ReasonCode Connack(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        Span<byte> destination,
        ref int measured,
        ref int written)
    {
        ReasonCode verdict = ConnackPacket.Read(header, body, version, out ConnackPacket packet);
        if (verdict == ReasonCode.Success)
        {
            measured = packet.Measure(version);
            written = packet.Write(version, destination);
        }

        return verdict;
    }

    private static ReasonCode Publish(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        Span<byte> destination,
        ref int measured,
        ref int written)
    {
        ReasonCode verdict = PublishPacket.Read(header, body, version, out PublishPacket packet);
        if (verdict == ReasonCode.Success)
        {
            measured = packet.Measure(version);
            written = packet.Write(version, destination);
        }

        return verdict;
    }

    private static ReasonCode Subscribe(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        Span<byte> destination,
        ref int measured,
        ref int written)
    {
        ReasonCode verdict = SubscribePacket.Read(header, body, version, out SubscribePacket packet);
        if (verdict == ReasonCode.Success)
        {
            measured = packet.Measure(version);
            written = packet.Write(version, destination);
        }

        return verdict;
    }

    private static ReasonCode Suback(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        Span<byte> destination,
        ref int measured,
        ref int written)
    {
        ReasonCode verdict = SubackPacket.Read(header, body, version, out SubackPacket packet);
        if (verdict == ReasonCode.Success)
        {
            measured = packet.Measure(version);
            written = packet.Write(version, destination);
        }

        return verdict;
    }

    private static ReasonCode Unsubscribe(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        Span<byte> destination,
        ref int measured,
        ref int written)
    {
        ReasonCode verdict = UnsubscribePacket.Read(header, body, version, out UnsubscribePacket packet);
        if (verdict == ReasonCode.Success)
        {
            measured = packet.Measure(version);
            written = packet.Write(version, destination);
        }

        return verdict;
    }

    private static ReasonCode Unsuback(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        Span<byte> destination,
        ref int measured,
        ref int written)
    {
        ReasonCode verdict = UnsubackPacket.Read(header, body, version, out UnsubackPacket packet);
        if (verdict == ReasonCode.Success)
        {
            measured = packet.Measure(version);
            written = packet.Write(version, destination);
        }

        return verdict;
    }

    private static ReasonCode Pingreq(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        Span<byte> destination,
        ref int measured,
        ref int written)
    {
        ReasonCode verdict = PingreqPacket.Read(header, body, version, out PingreqPacket packet);
        if (verdict == ReasonCode.Success)
        {
            measured = packet.Measure(version);
            written = packet.Write(version, destination);
        }

        return verdict;
    }

    private static ReasonCode Pingresp(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        Span<byte> destination,
        ref int measured,
        ref int written)
    {
        ReasonCode verdict = PingrespPacket.Read(header, body, version, out PingrespPacket packet);
        if (verdict == ReasonCode.Success)
        {
            measured = packet.Measure(version);
            written = packet.Write(version, destination);
        }

        return verdict;
    }

    private static ReasonCode Disconnect(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        Span<byte> destination,
        ref int measured,
        ref int written)
    {
        ReasonCode verdict = DisconnectPacket.Read(header, body, version, out DisconnectPacket packet);
        if (verdict == ReasonCode.Success)
        {
            measured = packet.Measure(version);
            written = packet.Write(version, destination);
        }

        return verdict;
    }

    private static ReasonCode Auth(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        Span<byte> destination,
        ref int measured,
        ref int written)
    {
        ReasonCode verdict = AuthPacket.Read(header, body, version, out AuthPacket packet);
        if (verdict == ReasonCode.Success)
        {
            measured = packet.Measure(version);
            written = packet.Write(version, destination);
        }

        return verdict;
    }

    private static ReasonCode Acknowledgement(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        Span<byte> destination,
        ref int measured,
        ref int written)
    {
        ReasonCode verdict = AcknowledgementPacket.Read(header, body, version, out AcknowledgementPacket packet);
        if (verdict == ReasonCode.Success)
        {
            measured = packet.Measure(version);
            written = packet.Write(version, destination);
        }

        return verdict;
    }
}

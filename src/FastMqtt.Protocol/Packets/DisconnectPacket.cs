// DISCONNECT: the last packet of a connection. 5.0 gives it a reason and lets the server send it;
// in 3.1 and 3.1.1 it is empty and comes from the client. Written in the shortest form.
// A view of the frame it was read from.
namespace FastMqtt.Protocol;

public readonly ref struct DisconnectPacket
{
    public ReasonCode ReasonCode { get; init; }

    public ReadOnlySpan<byte> Properties { get; init; }

    public static ReasonCode Read(
        FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, out DisconnectPacket packet)
    {
        packet = default;
        PacketReader reader = new(body);
        if (header.Type != PacketType.Disconnect)
        {
            return ReasonCode.MalformedPacket;
        }

        byte code = 0;
        ReadOnlySpan<byte> properties = default;
        if (version == ProtocolVersion.Mqtt5 && reader.TryReadByte(out code))
        {
            if (!AllowedReasonCodes.Contains(PacketType.Disconnect, (ReasonCode)code))
            {
                return ReasonCode.ProtocolError;
            }

            ReasonCode verdict = reader.IsAtEnd
                ? ReasonCode.Success
                : reader.ReadProperties(AllowedProperties.Disconnect, out properties);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        packet = new DisconnectPacket { ReasonCode = (ReasonCode)code, Properties = properties };
        return reader.IsAtEnd ? ReasonCode.Success : ReasonCode.MalformedPacket;
    }

    public int Measure(ProtocolVersion version) => FixedHeader.MeasureFrame(MeasureBody(version));

    public int Write(ProtocolVersion version, Span<byte> destination)
    {
        int length = MeasureBody(version);
        PacketWriter writer = new(destination);
        writer.WriteHeader(PacketType.Disconnect, 0, length); // [MQTT-3.14.1-1]
        if (length > 0)
        {
            writer.WriteByte((byte)ReasonCode);
        }

        if (length > sizeof(byte))
        {
            writer.WriteProperties(Properties);
        }

        return writer.Written;
    }

    private int MeasureBody(ProtocolVersion version)
    {
        if (version != ProtocolVersion.Mqtt5
            || (ReasonCode == ReasonCode.NormalDisconnection && Properties.IsEmpty))
        {
            return 0;
        }

        return sizeof(byte) + (Properties.IsEmpty ? 0 : PacketWriter.MeasureProperties(Properties));
    }
}

// UNSUBACK: in 5.0 one code per filter of the UNSUBSCRIBE it answers; in 3.1 and 3.1.1 the identifier alone.
// A view of the frame it was read from. Written by the broker; read by clients, bridges and load tools.
namespace FastMqtt.Protocol;

public readonly ref struct UnsubackPacket
{
    public ushort PacketIdentifier { get; init; }

    public ReadOnlySpan<byte> Properties { get; init; }

    // One byte each; not written before 5.0.
    public ReadOnlySpan<byte> ReasonCodes { get; init; }

    public static ReasonCode Read(
        FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, out UnsubackPacket packet)
    {
        packet = default;
        PacketReader reader = new(body);
        if (header.Type != PacketType.Unsuback || !reader.TryReadUInt16(out ushort identifier))
        {
            return ReasonCode.MalformedPacket;
        }

        if (identifier == 0)
        {
            return ReasonCode.ProtocolError; // [MQTT-2.2.1-6]
        }

        if (version != ProtocolVersion.Mqtt5)
        {
            packet = new UnsubackPacket { PacketIdentifier = identifier };
            return reader.IsAtEnd ? ReasonCode.Success : ReasonCode.MalformedPacket;
        }

        ReasonCode verdict = reader.ReadProperties(AllowedProperties.Unsuback, out ReadOnlySpan<byte> properties);
        if (verdict != ReasonCode.Success)
        {
            return verdict;
        }

        packet = new UnsubackPacket
        {
            PacketIdentifier = identifier,
            Properties = properties,
            ReasonCodes = reader.Rest,
        };
        return CheckCodes(reader.Rest);
    }

    public int Measure(ProtocolVersion version) => FixedHeader.MeasureFrame(MeasureBody(version));

    public int Write(ProtocolVersion version, Span<byte> destination)
    {
        PacketWriter writer = new(destination);
        writer.WriteHeader(PacketType.Unsuback, 0, MeasureBody(version));
        writer.WriteUInt16(PacketIdentifier);
        if (version == ProtocolVersion.Mqtt5)
        {
            writer.WriteProperties(Properties);
            writer.WriteRaw(ReasonCodes);
        }

        return writer.Written;
    }

    private static ReasonCode CheckCodes(ReadOnlySpan<byte> codes)
    {
        foreach (byte code in codes)
        {
            if (!AllowedReasonCodes.Contains(PacketType.Unsuback, (ReasonCode)code))
            {
                return ReasonCode.ProtocolError;
            }
        }

        return codes.IsEmpty ? ReasonCode.ProtocolError : ReasonCode.Success;
    }

    private int MeasureBody(ProtocolVersion version) =>
        version == ProtocolVersion.Mqtt5
            ? sizeof(ushort) + PacketWriter.MeasureProperties(Properties) + ReasonCodes.Length
            : sizeof(ushort);
}

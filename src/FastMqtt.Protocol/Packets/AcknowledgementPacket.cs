// PUBACK, PUBREC, PUBREL and PUBCOMP: four packets of one shape. In 3.1 and 3.1.1 only the identifier exists.
// 5.0 leaves out what is zero: the code and the properties, or the properties. Written in the shortest form.
// A view of the frame it was read from. Both ways, by both sides.
namespace FastMqtt.Protocol;

public readonly ref struct AcknowledgementPacket
{
    private const int PubrelFlags = 0x02;

    public PacketType Type { get; init; }

    public ushort PacketIdentifier { get; init; }

    public ReasonCode ReasonCode { get; init; }

    public ReadOnlySpan<byte> Properties { get; init; }

    public static ReasonCode Read(
        FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, out AcknowledgementPacket packet)
    {
        packet = default;
        PacketReader reader = new(body);
        if (header.Type is < PacketType.Puback or > PacketType.Pubcomp || !reader.TryReadUInt16(out ushort identifier))
        {
            return ReasonCode.MalformedPacket;
        }

        if (identifier == 0)
        {
            return ReasonCode.ProtocolError; // [MQTT-2.2.1-3] [MQTT3-2.3.1-1]
        }

        byte code = 0;
        ReadOnlySpan<byte> properties = default;
        if (version == ProtocolVersion.Mqtt5 && reader.TryReadByte(out code))
        {
            if (!AllowedReasonCodes.Contains(header.Type, (ReasonCode)code))
            {
                return ReasonCode.ProtocolError;
            }

            ReasonCode verdict = reader.IsAtEnd
                ? ReasonCode.Success
                : reader.ReadProperties(AllowedProperties.Acknowledgement, out properties);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        if (!reader.IsAtEnd)
        {
            return ReasonCode.MalformedPacket;
        }

        packet = new AcknowledgementPacket
        {
            Type = header.Type,
            PacketIdentifier = identifier,
            ReasonCode = (ReasonCode)code,
            Properties = properties,
        };
        return ReasonCode.Success;
    }

    public int Measure(ProtocolVersion version) => FixedHeader.MeasureFrame(MeasureBody(version));

    public int Write(ProtocolVersion version, Span<byte> destination)
    {
        int length = MeasureBody(version);
        PacketWriter writer = new(destination);
        writer.WriteHeader(Type, Type == PacketType.Pubrel ? PubrelFlags : 0, length); // [MQTT-3.6.1-1]
        writer.WriteUInt16(PacketIdentifier);
        if (length > sizeof(ushort))
        {
            writer.WriteByte((byte)ReasonCode);
        }

        if (length > sizeof(ushort) + sizeof(byte))
        {
            writer.WriteProperties(Properties);
        }

        return writer.Written;
    }

    private int MeasureBody(ProtocolVersion version)
    {
        if (version != ProtocolVersion.Mqtt5 || (ReasonCode == ReasonCode.Success && Properties.IsEmpty))
        {
            return sizeof(ushort);
        }

        return sizeof(ushort) + sizeof(byte) + (Properties.IsEmpty ? 0 : PacketWriter.MeasureProperties(Properties));
    }
}

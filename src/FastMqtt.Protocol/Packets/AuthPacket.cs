// AUTH: a step of an extended authentication. 5.0 only; before that the type is reserved.
// May be empty, which means Success without properties; else it must name its method (3.15.2.2.2).
// A view of the frame it was read from.
namespace FastMqtt.Protocol;

public readonly ref struct AuthPacket
{
    public ReasonCode ReasonCode { get; init; }

    public ReadOnlySpan<byte> Properties { get; init; }

    public static ReasonCode Read(
        FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, out AuthPacket packet)
    {
        packet = default;
        if (header.Type != PacketType.Auth || version != ProtocolVersion.Mqtt5)
        {
            return ReasonCode.MalformedPacket;
        }

        PacketReader reader = new(body);
        if (!reader.TryReadByte(out byte code))
        {
            return ReasonCode.Success;
        }

        if (!AllowedReasonCodes.Contains(PacketType.Auth, (ReasonCode)code))
        {
            return ReasonCode.ProtocolError;
        }

        ReasonCode verdict = reader.ReadProperties(AllowedProperties.Auth, out ReadOnlySpan<byte> properties);
        if (verdict != ReasonCode.Success)
        {
            return verdict;
        }

        if (!reader.IsAtEnd)
        {
            return ReasonCode.MalformedPacket;
        }

        packet = new AuthPacket { ReasonCode = (ReasonCode)code, Properties = properties };
        bool hasMethod = AuthProperties.From(properties).HasAuthenticationMethod;
        return hasMethod ? ReasonCode.Success : ReasonCode.ProtocolError;
    }

    public int Measure(ProtocolVersion version) => FixedHeader.MeasureFrame(MeasureBody());

    public int Write(ProtocolVersion version, Span<byte> destination)
    {
        int length = MeasureBody();
        PacketWriter writer = new(destination);
        writer.WriteHeader(PacketType.Auth, 0, length); // [MQTT-3.15.1-1]
        if (length > 0)
        {
            writer.WriteByte((byte)ReasonCode);
            writer.WriteProperties(Properties);
        }

        return writer.Written;
    }

    private int MeasureBody() =>
        ReasonCode == ReasonCode.Success && Properties.IsEmpty
            ? 0
            : sizeof(byte) + PacketWriter.MeasureProperties(Properties);
}

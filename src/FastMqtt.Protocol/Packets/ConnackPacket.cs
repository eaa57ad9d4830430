// CONNACK: the server's answer to CONNECT. In 3.1 and 3.1.1 ReasonCode holds a ConnectReturnCode's value.
// A view of the frame it was read from. Written by the broker; read by clients, bridges and load tools.
namespace FastMqtt.Protocol;

public readonly ref struct ConnackPacket
{
    private const int SessionPresentFlag = 0x01;

    public bool SessionPresent { get; init; }

    public ReasonCode ReasonCode { get; init; }

    public ReadOnlySpan<byte> Properties { get; init; }

    public static ReasonCode Read(
        FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, out ConnackPacket packet)
    {
        packet = default;
        PacketReader reader = new(body);
        if (header.Type != PacketType.Connack
            || !reader.TryReadByte(out byte flags)
            || !reader.TryReadByte(out byte code))
        {
            return ReasonCode.MalformedPacket;
        }

        // 3.1 has no acknowledge flags; the byte is unused.
        flags = version == ProtocolVersion.Mqtt31 ? (byte)0 : flags;
        if ((flags & ~SessionPresentFlag) != 0)
        {
            return ReasonCode.MalformedPacket; // [MQTT-3.2.2-1]
        }

        bool isKnown = version == ProtocolVersion.Mqtt5
            ? AllowedReasonCodes.Contains(PacketType.Connack, (ReasonCode)code)
            : code <= (byte)ConnectReturnCode.NotAuthorized;
        if (!isKnown || (code != 0 && flags != 0)) // [MQTT-3.2.2-6] [MQTT3-3.2.2-4]
        {
            return ReasonCode.ProtocolError;
        }

        ReadOnlySpan<byte> properties = default;
        if (version == ProtocolVersion.Mqtt5)
        {
            ReasonCode verdict = reader.ReadProperties(AllowedProperties.Connack, out properties);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        if (!reader.IsAtEnd)
        {
            return ReasonCode.MalformedPacket;
        }

        packet = new ConnackPacket
        {
            SessionPresent = flags != 0,
            ReasonCode = (ReasonCode)code,
            Properties = properties,
        };
        return ReasonCode.Success;
    }

    public int Measure(ProtocolVersion version) => FixedHeader.MeasureFrame(MeasureBody(version));

    public int Write(ProtocolVersion version, Span<byte> destination)
    {
        PacketWriter writer = new(destination);
        writer.WriteHeader(PacketType.Connack, 0, MeasureBody(version));
        writer.WriteByte(SessionPresent && version != ProtocolVersion.Mqtt31 ? (byte)SessionPresentFlag : (byte)0);
        writer.WriteByte((byte)ReasonCode);
        if (version == ProtocolVersion.Mqtt5)
        {
            writer.WriteProperties(Properties);
        }

        return writer.Written;
    }

    private int MeasureBody(ProtocolVersion version) =>
        2 + (version == ProtocolVersion.Mqtt5 ? PacketWriter.MeasureProperties(Properties) : 0);
}

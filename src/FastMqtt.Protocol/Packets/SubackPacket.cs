// SUBACK: one code per filter of the SUBSCRIBE it answers, in the same order.
// A view of the frame it was read from. Written by the broker; read by clients, bridges and load tools.
namespace FastMqtt.Protocol;

public readonly ref struct SubackPacket
{
    public ushort PacketIdentifier { get; init; }

    public ReadOnlySpan<byte> Properties { get; init; }

    // One byte each: a ReasonCode in 5.0; the granted QoS or 0x80 before.
    public ReadOnlySpan<byte> ReasonCodes { get; init; }

    public static ReasonCode Read(
        FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, out SubackPacket packet)
    {
        packet = default;
        PacketReader reader = new(body);
        if (header.Type != PacketType.Suback || !reader.TryReadUInt16(out ushort identifier))
        {
            return ReasonCode.MalformedPacket;
        }

        if (identifier == 0)
        {
            return ReasonCode.ProtocolError; // [MQTT-2.2.1-6]
        }

        ReadOnlySpan<byte> properties = default;
        if (version == ProtocolVersion.Mqtt5)
        {
            ReasonCode verdict = reader.ReadProperties(AllowedProperties.Suback, out properties);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        packet = new SubackPacket
        {
            PacketIdentifier = identifier,
            Properties = properties,
            ReasonCodes = reader.Rest,
        };
        return CheckCodes(reader.Rest, version);
    }

    public int Measure(ProtocolVersion version) => FixedHeader.MeasureFrame(MeasureBody(version));

    public int Write(ProtocolVersion version, Span<byte> destination)
    {
        PacketWriter writer = new(destination);
        writer.WriteHeader(PacketType.Suback, 0, MeasureBody(version));
        writer.WriteUInt16(PacketIdentifier);
        if (version == ProtocolVersion.Mqtt5)
        {
            writer.WriteProperties(Properties);
        }

        writer.WriteRaw(ReasonCodes);
        return writer.Written;
    }

    private static ReasonCode CheckCodes(ReadOnlySpan<byte> codes, ProtocolVersion version)
    {
        foreach (byte code in codes)
        {
            bool isKnown = version == ProtocolVersion.Mqtt5
                ? AllowedReasonCodes.Contains(PacketType.Suback, (ReasonCode)code)
                : code is <= 2 or 0x80; // [MQTT3-3.9.3-2]
            if (!isKnown)
            {
                return ReasonCode.ProtocolError;
            }
        }

        return codes.IsEmpty ? ReasonCode.ProtocolError : ReasonCode.Success;
    }

    private int MeasureBody(ProtocolVersion version) =>
        sizeof(ushort)
        + (version == ProtocolVersion.Mqtt5 ? PacketWriter.MeasureProperties(Properties) : 0)
        + ReasonCodes.Length;
}

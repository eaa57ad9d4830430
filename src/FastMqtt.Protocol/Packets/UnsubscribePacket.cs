// UNSUBSCRIBE: topic filters to be dropped. Read validates every entry, except for the filter's syntax.
// A view of the frame it was read from. Read by the broker; written by clients, bridges and load tools.
namespace FastMqtt.Protocol;

public readonly ref struct UnsubscribePacket
{
    private const int Flags = 0x02;

    public ushort PacketIdentifier { get; init; }

    public ReadOnlySpan<byte> Properties { get; init; }

    // The entries, which TopicFilterReader walks.
    public ReadOnlySpan<byte> Payload { get; init; }

    public static ReasonCode Read(
        FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, out UnsubscribePacket packet)
    {
        packet = default;
        PacketReader reader = new(body);
        if (header.Type != PacketType.Unsubscribe || !reader.TryReadUInt16(out ushort identifier))
        {
            return ReasonCode.MalformedPacket;
        }

        if (identifier == 0)
        {
            return ReasonCode.ProtocolError; // [MQTT-2.2.1-3] [MQTT3-2.3.1-1]
        }

        ReadOnlySpan<byte> properties = default;
        if (version == ProtocolVersion.Mqtt5)
        {
            ReasonCode verdict = reader.ReadProperties(AllowedProperties.Unsubscribe, out properties);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        packet = new UnsubscribePacket
        {
            PacketIdentifier = identifier,
            Properties = properties,
            Payload = reader.Rest,
        };
        return CheckPayload(reader.Rest);
    }

    public int Measure(ProtocolVersion version) => FixedHeader.MeasureFrame(MeasureBody(version));

    public int Write(ProtocolVersion version, Span<byte> destination)
    {
        PacketWriter writer = new(destination);
        writer.WriteHeader(PacketType.Unsubscribe, Flags, MeasureBody(version)); // [MQTT-3.10.1-1]
        writer.WriteUInt16(PacketIdentifier);
        if (version == ProtocolVersion.Mqtt5)
        {
            writer.WriteProperties(Properties);
        }

        writer.WriteRaw(Payload);
        return writer.Written;
    }

    private static ReasonCode CheckPayload(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return ReasonCode.ProtocolError; // [MQTT-3.10.3-2]
        }

        TopicFilterReader reader = new(payload);
        while (reader.TryRead(out _))
        {
        }

        return reader.IsMalformed ? ReasonCode.MalformedPacket : ReasonCode.Success;
    }

    private int MeasureBody(ProtocolVersion version) =>
        sizeof(ushort)
        + (version == ProtocolVersion.Mqtt5 ? PacketWriter.MeasureProperties(Properties) : 0)
        + Payload.Length;
}

// SUBSCRIBE: topic filters and the options they are subscribed with. Read validates every entry, except for the
// filter's syntax: an illegal filter is a code in SUBACK, see TopicFilter.IsValid.
// A view of the frame it was read from. Read by the broker; written by clients, bridges and load tools.
namespace FastMqtt.Protocol;

public readonly ref struct SubscribePacket
{
    private const int Flags = 0x02;

    public ushort PacketIdentifier { get; init; }

    public ReadOnlySpan<byte> Properties { get; init; }

    // The entries, which TopicFilterReader walks.
    public ReadOnlySpan<byte> Payload { get; init; }

    public static ReasonCode Read(
        FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, out SubscribePacket packet)
    {
        packet = default;
        PacketReader reader = new(body);
        if (header.Type != PacketType.Subscribe || !reader.TryReadUInt16(out ushort identifier))
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
            ReasonCode verdict = reader.ReadProperties(AllowedProperties.Subscribe, out properties);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        packet = new SubscribePacket
        {
            PacketIdentifier = identifier,
            Properties = properties,
            Payload = reader.Rest,
        };
        return CheckPayload(reader.Rest, version);
    }

    public int Measure(ProtocolVersion version) => FixedHeader.MeasureFrame(MeasureBody(version));

    public int Write(ProtocolVersion version, Span<byte> destination)
    {
        PacketWriter writer = new(destination);
        writer.WriteHeader(PacketType.Subscribe, Flags, MeasureBody(version)); // [MQTT-3.8.1-1]
        writer.WriteUInt16(PacketIdentifier);
        if (version == ProtocolVersion.Mqtt5)
        {
            writer.WriteProperties(Properties);
        }

        writer.WriteRaw(Payload);
        return writer.Written;
    }

    private static ReasonCode CheckPayload(ReadOnlySpan<byte> payload, ProtocolVersion version)
    {
        if (payload.IsEmpty)
        {
            return ReasonCode.ProtocolError; // [MQTT-3.8.3-2] [MQTT3-3.8.3-3]
        }

        TopicFilterReader reader = new(payload);
        while (reader.TryRead(out ReadOnlySpan<byte> filter, out SubscriptionOptions options))
        {
            ReasonCode verdict = options.Check(version);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }

            if (options.NoLocal && TopicFilter.IsShared(filter))
            {
                return ReasonCode.ProtocolError; // [MQTT-3.8.3-4]
            }
        }

        return reader.IsMalformed ? ReasonCode.MalformedPacket : ReasonCode.Success;
    }

    private int MeasureBody(ProtocolVersion version) =>
        sizeof(ushort)
        + (version == ProtocolVersion.Mqtt5 ? PacketWriter.MeasureProperties(Properties) : 0)
        + Payload.Length;
}

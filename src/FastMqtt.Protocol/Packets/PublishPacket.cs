// PUBLISH: one application message, in either direction. The hot packet: slices once, checks with vector code,
// and can skip the topic's check when the caller has seen the same topic before.
// A view of the frame it was read from. Called per message by the broker's publish handler.
using System.Buffers.Binary;

namespace FastMqtt.Protocol;

public ref struct PublishPacket
{
    private const int RetainFlag = 0x01;
    private const int QoSShift = 1;
    private const int QoSMask = 3 << QoSShift;
    private const int DuplicateFlag = 0x08;

    // Fields, so that Read fills the caller's packet in place: building one and copying its 80 bytes cost 3 ns more.
    private byte _flags;
    private ushort _packetIdentifier;
    private ReadOnlySpan<byte> _topic;
    private ReadOnlySpan<byte> _properties;
    private ReadOnlySpan<byte> _payload;

    public bool Duplicate
    {
        readonly get => (_flags & DuplicateFlag) != 0;
        init => _flags = (byte)((_flags & ~DuplicateFlag) | (value ? DuplicateFlag : 0));
    }

    public QualityOfService QoS
    {
        readonly get => (QualityOfService)((_flags >> QoSShift) & 3);
        init => _flags = (byte)((_flags & ~QoSMask) | ((int)value << QoSShift));
    }

    public bool Retain
    {
        readonly get => (_flags & RetainFlag) != 0;
        init => _flags = (byte)((_flags & ~RetainFlag) | (value ? RetainFlag : 0));
    }

    // Empty when a Topic Alias stands for it.
    public ReadOnlySpan<byte> Topic
    {
        readonly get => _topic;
        init => _topic = value;
    }

    // 0 with QoS 0.
    public ushort PacketIdentifier
    {
        readonly get => _packetIdentifier;
        init => _packetIdentifier = value;
    }

    public ReadOnlySpan<byte> Properties
    {
        readonly get => _properties;
        init => _properties = value;
    }

    public ReadOnlySpan<byte> Payload
    {
        readonly get => _payload;
        init => _payload = value;
    }

    public static ReasonCode Read(
        FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, out PublishPacket packet) =>
        Read(header, body, version, default, out packet);

    // knownTopic is one that passed before on this connection, or empty: the same bytes are not checked again.
    public static ReasonCode Read(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        ProtocolVersion version,
        ReadOnlySpan<byte> knownTopic,
        out PublishPacket packet)
    {
        packet = default;
        if (header.Type != PacketType.Publish
            || (header.First & QoSMask) == QoSMask // [MQTT-3.3.1-4]
            || !BinaryPrimitives.TryReadUInt16BigEndian(body, out ushort topicLength)
            || topicLength > body.Length - sizeof(ushort))
        {
            return ReasonCode.MalformedPacket;
        }

        ReadOnlySpan<byte> topic = body.Slice(sizeof(ushort), topicLength); // [MQTT-3.3.2-1]
        ReadOnlySpan<byte> rest = body[(sizeof(ushort) + topicLength)..];
        if (!topic.SequenceEqual(knownTopic))
        {
            ReasonCode verdict = CheckTopic(topic);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        if ((header.First & (DuplicateFlag | QoSMask)) != 0) // [MQTT-2.2.1-2] [MQTT3-2.3.1-5]
        {
            ReasonCode verdict = ReadIdentifier(header.First, version, ref rest, out packet._packetIdentifier);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        if (version == ProtocolVersion.Mqtt5)
        {
            ReasonCode verdict = ReadProperties(ref rest, out packet._properties);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        if (topic.IsEmpty && !HasTopicAlias(packet._properties))
        {
            return ReasonCode.ProtocolError; // 3.3.2.1; [MQTT-4.7.3-1]
        }

        packet._flags = header.Flags;
        packet._topic = topic;
        packet._payload = rest;
        return ReasonCode.Success;
    }

    public readonly int Measure(ProtocolVersion version) => FixedHeader.MeasureFrame(MeasureBody(version));

    public readonly int Write(ProtocolVersion version, Span<byte> destination)
    {
        PacketWriter writer = new(destination);
        writer.WriteHeader(PacketType.Publish, _flags, MeasureBody(version));
        writer.WriteBinary(Topic);
        if (QoS != QualityOfService.AtMostOnce)
        {
            writer.WriteUInt16(PacketIdentifier);
        }

        if (version == ProtocolVersion.Mqtt5)
        {
            writer.WriteProperties(Properties);
        }

        writer.WriteRaw(Payload);
        return writer.Written;
    }

    // An empty topic passes here: whether it may be empty depends on the properties.
    private static ReasonCode CheckTopic(ReadOnlySpan<byte> topic)
    {
        if (topic.IndexOfAny((byte)'+', (byte)'#', (byte)0) < 0 && System.Text.Unicode.Utf8.IsValid(topic))
        {
            return ReasonCode.Success;
        }

        return Utf8Text.IsValid(topic)
            ? ReasonCode.TopicNameInvalid // [MQTT-3.3.2-2]
            : ReasonCode.MalformedPacket; // [MQTT-3.3.2-1]
    }

    private static ReasonCode ReadIdentifier(
        byte first, ProtocolVersion version, scoped ref ReadOnlySpan<byte> rest, out ushort identifier)
    {
        identifier = 0;
        if ((first & QoSMask) == 0)
        {
            // DUP with QoS 0: later versions forbid it, 3.1 does not say.
            return version == ProtocolVersion.Mqtt31 ? ReasonCode.Success : ReasonCode.ProtocolError; // [MQTT-3.3.1-2]
        }

        if (!BinaryPrimitives.TryReadUInt16BigEndian(rest, out identifier))
        {
            return ReasonCode.MalformedPacket;
        }

        rest = rest[sizeof(ushort)..];
        return identifier != 0 ? ReasonCode.Success : ReasonCode.ProtocolError; // [MQTT-2.2.1-3] [MQTT3-2.3.1-1]
    }

    private static ReasonCode ReadProperties(
        scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> properties)
    {
        properties = default;
        if (!rest.IsEmpty && rest[0] == 0)
        {
            rest = rest[1..];
            return ReasonCode.Success;
        }

        PacketReader reader = new(rest);
        ReasonCode verdict = reader.ReadProperties(AllowedProperties.Publish, out properties);
        rest = reader.Rest;
        return verdict;
    }

    private static bool HasTopicAlias(ReadOnlySpan<byte> properties) =>
        PublishProperties.From(properties).TopicAlias != 0;

    private readonly int MeasureBody(ProtocolVersion version) =>
        PacketWriter.MeasureBinary(Topic)
        + (QoS != QualityOfService.AtMostOnce ? sizeof(ushort) : 0)
        + (version == ProtocolVersion.Mqtt5 ? PacketWriter.MeasureProperties(Properties) : 0)
        + Payload.Length;
}

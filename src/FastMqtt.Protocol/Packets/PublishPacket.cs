// PUBLISH: one application message, in either direction. The hot packet: slices once, checks with vector code,
// and can skip the topic's check when the caller has seen the same topic before.
// A view of the frame it was read from. Called per message by the broker's publish handler.
using System.Buffers.Binary;

namespace FastMqtt.Protocol;

public ref struct PublishPacket
{
    private const int RetainFlag = 0x01;
    private const int QoSShift = 1;
    private const int DuplicateFlag = 0x08;

    // Fields, so that Read can fill its result in place: an initialiser builds a second packet and copies it, and the
    // copy waits for what was just stored.
    private ReadOnlySpan<byte> _topic;
    private ReadOnlySpan<byte> _properties;
    private ReadOnlySpan<byte> _payload;
    private ushort _packetIdentifier;
    private byte _flags;

    public bool Duplicate
    {
        readonly get => (_flags & DuplicateFlag) != 0;
        init => _flags = (byte)((_flags & ~DuplicateFlag) | (value ? DuplicateFlag : 0));
    }

    public QualityOfService QoS
    {
        readonly get => (QualityOfService)((_flags >> QoSShift) & 3);
        init => _flags = (byte)((_flags & ~(3 << QoSShift)) | ((int)value << QoSShift));
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
        int qos = (header.First >> QoSShift) & 3;
        if (header.Type != PacketType.Publish
            || qos == 3 // [MQTT-3.3.1-4]
            || !BinaryPrimitives.TryReadUInt16BigEndian(body, out ushort topicLength)
            || topicLength > body.Length - sizeof(ushort))
        {
            return ReasonCode.MalformedPacket;
        }

        ReadOnlySpan<byte> topic = body.Slice(sizeof(ushort), topicLength); // [MQTT-3.3.2-1]
        ReadOnlySpan<byte> rest = body[(sizeof(ushort) + topicLength)..];
        ReasonCode verdict = topic.SequenceEqual(knownTopic) ? ReasonCode.Success : CheckTopic(topic);
        ushort identifier = 0;
        if (verdict == ReasonCode.Success && (header.First & (DuplicateFlag | (3 << QoSShift))) != 0)
        {
            verdict = ReadIdentifier(header.First, version, ref rest, out identifier); // [MQTT-2.2.1-2] [MQTT3-2.3.1-5]
        }

        ReadOnlySpan<byte> properties = default;
        if (verdict == ReasonCode.Success && version == ProtocolVersion.Mqtt5)
        {
            verdict = ReadProperties(ref rest, out properties);
        }

        if (verdict == ReasonCode.Success && topic.IsEmpty && !HasTopicAlias(properties))
        {
            verdict = ReasonCode.ProtocolError; // 3.3.2.1; [MQTT-4.7.3-1]
        }

        if (verdict != ReasonCode.Success)
        {
            return verdict;
        }

        packet._topic = topic;
        packet._properties = properties;
        packet._payload = rest;
        packet._packetIdentifier = identifier;
        packet._flags = header.Flags;
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
        if ((first & (3 << QoSShift)) == 0)
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

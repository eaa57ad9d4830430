// CONNECT: the first packet of every connection, and the one that says which version all others are in.
// A view of the frame it was read from. Rules about the client identifier's length and emptiness are the broker's.
// Read by the broker's connect handler; written by clients, bridges and load tools. ConnectReader does the reading.
namespace FastMqtt.Protocol;

public readonly ref struct ConnectPacket
{
    internal const int ReservedFlag = 0x01;
    internal const int CleanStartFlag = 0x02;
    internal const int WillFlag = 0x04;
    internal const int WillQoSShift = 3;
    internal const int WillRetainFlag = 0x20;
    internal const int PasswordFlag = 0x40;
    internal const int UserNameFlag = 0x80;

    public ConnectPacket()
    {
    }

    public ProtocolVersion Version { get; init; } = ProtocolVersion.Mqtt5;

    // As they stood in the packet, also when the version is one this library does not speak. Not used for writing.
    public ReadOnlySpan<byte> ProtocolName { get; init; }

    public byte ProtocolLevel { get; init; }

    // Clean Session in 3.1 and 3.1.1.
    public bool CleanStart { get; init; }

    // Seconds; 0 is off.
    public ushort KeepAlive { get; init; }

    public ReadOnlySpan<byte> Properties { get; init; }

    public ReadOnlySpan<byte> ClientIdentifier { get; init; }

    public bool HasWill { get; init; }

    public QualityOfService WillQoS { get; init; }

    public bool WillRetain { get; init; }

    public ReadOnlySpan<byte> WillProperties { get; init; }

    public ReadOnlySpan<byte> WillTopic { get; init; }

    public ReadOnlySpan<byte> WillPayload { get; init; }

    public bool HasUserName { get; init; }

    public ReadOnlySpan<byte> UserName { get; init; }

    public bool HasPassword { get; init; }

    public ReadOnlySpan<byte> Password { get; init; }

    internal static ReadOnlySpan<byte> OldName => "MQIsdp"u8;

    internal static ReadOnlySpan<byte> Name => "MQTT"u8;

    public static ReasonCode Read(FixedHeader header, ReadOnlySpan<byte> body, out ConnectPacket packet) =>
        header.Type == PacketType.Connect
            ? ConnectReader.Read(body, out packet)
            : Reject(out packet);

    public int Measure(ProtocolVersion version) => FixedHeader.MeasureFrame(MeasureBody(version));

    public int Write(ProtocolVersion version, Span<byte> destination)
    {
        bool is5 = version == ProtocolVersion.Mqtt5;
        PacketWriter writer = new(destination);
        writer.WriteHeader(PacketType.Connect, 0, MeasureBody(version));
        writer.WriteBinary(NameOf(version));
        writer.WriteByte((byte)version);
        writer.WriteByte(EncodeFlags());
        writer.WriteUInt16(KeepAlive);
        if (is5)
        {
            writer.WriteProperties(Properties);
        }

        writer.WriteBinary(ClientIdentifier);
        if (HasWill)
        {
            if (is5)
            {
                writer.WriteProperties(WillProperties);
            }

            writer.WriteBinary(WillTopic);
            writer.WriteBinary(WillPayload);
        }

        if (HasUserName)
        {
            writer.WriteBinary(UserName);
        }

        if (HasPassword)
        {
            writer.WriteBinary(Password);
        }

        return writer.Written;
    }

    private static ReadOnlySpan<byte> NameOf(ProtocolVersion version) =>
        version == ProtocolVersion.Mqtt31 ? OldName : Name;

    private static ReasonCode Reject(out ConnectPacket packet)
    {
        packet = default;
        return ReasonCode.MalformedPacket;
    }

    private int MeasureBody(ProtocolVersion version)
    {
        int length = PacketWriter.MeasureBinary(NameOf(version))
            + sizeof(byte) // level
            + sizeof(byte) // flags
            + sizeof(ushort) // Keep Alive
            + PacketWriter.MeasureBinary(ClientIdentifier);
        length += HasWill ? PacketWriter.MeasureBinary(WillTopic) + PacketWriter.MeasureBinary(WillPayload) : 0;
        length += HasUserName ? PacketWriter.MeasureBinary(UserName) : 0;
        length += HasPassword ? PacketWriter.MeasureBinary(Password) : 0;
        if (version == ProtocolVersion.Mqtt5)
        {
            length += PacketWriter.MeasureProperties(Properties);
            length += HasWill ? PacketWriter.MeasureProperties(WillProperties) : 0;
        }

        return length;
    }

    private byte EncodeFlags()
    {
        int flags = CleanStart ? CleanStartFlag : 0;
        if (HasWill)
        {
            flags |= WillFlag | ((int)WillQoS << WillQoSShift) | (WillRetain ? WillRetainFlag : 0);
        }

        flags |= HasPassword ? PasswordFlag : 0;
        flags |= HasUserName ? UserNameFlag : 0;
        return (byte)flags;
    }
}

// A packet of any kind as plain values: what the property tests generate. One flat shape serves all fifteen types.
// Encode builds the packet's struct and returns its bytes and the facts that reading them must give back.
namespace FastMqtt.Protocol.Tests;

internal sealed record PacketModel(
    PacketType Type,
    ProtocolVersion Version,
    bool FlagA,
    bool FlagB,
    int Choice,
    ushort Number,
    byte[] TextA,
    byte[] TextB,
    byte[] Data,
    byte[] Properties,
    byte[] WillProperties)
{
    private bool Is5 => Version == ProtocolVersion.Mqtt5;

    private ushort Identifier => Math.Max((ushort)1, Number);

    private QualityOfService QoS => (QualityOfService)(Choice % 3);

    public (byte[] Bytes, string Facts) Encode() => Type switch
    {
        PacketType.Connect => EncodeConnect(),
        PacketType.Connack => EncodeConnack(),
        PacketType.Publish => EncodePublish(),
        PacketType.Subscribe => EncodeSubscribe(),
        PacketType.Suback => EncodeSuback(),
        PacketType.Unsubscribe => EncodeUnsubscribe(),
        PacketType.Unsuback => EncodeUnsuback(),
        PacketType.Disconnect => EncodeDisconnect(),
        PacketType.Auth => EncodeAuth(),
        PacketType.Pingreq => (PingreqPacket.Frame.ToArray(), "PINGREQ"),
        PacketType.Pingresp => (PingrespPacket.Frame.ToArray(), "PINGRESP"),
        _ => EncodeAcknowledgement(),
    };

    private (byte[] Bytes, string Facts) EncodeConnect()
    {
        bool hasUserName = FlagB || (Choice % 2 == 0 && !Is5);
        bool hasPassword = Choice % 2 == 0;
        ConnectPacket packet = new()
        {
            Version = Version,
            CleanStart = FlagA,
            KeepAlive = Number,
            ClientIdentifier = TextA,
            Properties = Properties,
            HasWill = FlagB,
            WillQoS = FlagB ? QoS : default,
            WillRetain = FlagB && FlagA,
            WillProperties = FlagB ? WillProperties : [],
            WillTopic = FlagB ? TopicFrom(TextB) : [],
            WillPayload = FlagB ? Data : [],
            HasUserName = hasUserName,
            UserName = hasUserName ? TextB : [],
            HasPassword = hasPassword,
            Password = hasPassword ? Data : [],
        };
        byte[] bytes = new byte[packet.Measure(Version)];
        return (bytes[..packet.Write(Version, bytes)], Facts.Of(packet));
    }

    private (byte[] Bytes, string Facts) EncodeConnack()
    {
        ReadOnlySpan<byte> codes = Is5 ? [0x00, 0x80, 0x81, 0x87, 0x8A, 0x8C, 0x9F] : [0, 1, 2, 3, 4, 5];
        ReasonCode code = (ReasonCode)codes[Choice % codes.Length];
        ConnackPacket packet = new()
        {
            SessionPresent = FlagA && code == ReasonCode.Success && Version != ProtocolVersion.Mqtt31,
            ReasonCode = code,
            Properties = Properties,
        };
        byte[] bytes = new byte[packet.Measure(Version)];
        return (bytes[..packet.Write(Version, bytes)], Facts.Of(packet));
    }

    private (byte[] Bytes, string Facts) EncodePublish()
    {
        PublishPacket packet = new()
        {
            Duplicate = FlagA && QoS != QualityOfService.AtMostOnce,
            QoS = QoS,
            Retain = FlagB,
            Topic = TopicFrom(TextA),
            PacketIdentifier = Identifier,
            Properties = Properties,
            Payload = Data,
        };
        byte[] bytes = new byte[packet.Measure(Version)];
        return (bytes[..packet.Write(Version, bytes)], Facts.Of(packet));
    }

    private (byte[] Bytes, string Facts) EncodeAcknowledgement()
    {
        ReadOnlySpan<byte> codes = Type is PacketType.Puback or PacketType.Pubrec
            ? [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]
            : [0x00, 0x92];
        AcknowledgementPacket packet = new()
        {
            Type = Type,
            PacketIdentifier = Identifier,
            ReasonCode = Is5 ? (ReasonCode)codes[Choice % codes.Length] : default,
            Properties = Properties,
        };
        byte[] bytes = new byte[packet.Measure(Version)];
        return (bytes[..packet.Write(Version, bytes)], Facts.Of(packet));
    }

    private (byte[] Bytes, string Facts) EncodeSubscribe()
    {
        byte[] payload = new byte[TextA.Length + TextB.Length + 6];
        TopicFilterWriter writer = new(payload);
        writer.Write(TextA, Is5 ? new(QoS, FlagA && !TopicFilter.IsShared(TextA), FlagB) : new(QoS));
        writer.Write(TextB, Is5 ? new(QoS, false, FlagA, (RetainHandling)(Choice % 3)) : new(QoS));
        SubscribePacket packet = new()
        {
            PacketIdentifier = Identifier,
            Properties = Properties,
            Payload = writer.Written,
        };
        byte[] bytes = new byte[packet.Measure(Version)];
        return (bytes[..packet.Write(Version, bytes)], Facts.Of(packet));
    }

    private (byte[] Bytes, string Facts) EncodeSuback()
    {
        SubackPacket packet = new()
        {
            PacketIdentifier = Identifier,
            Properties = Properties,
            ReasonCodes = [(byte)QoS, 0x80],
        };
        byte[] bytes = new byte[packet.Measure(Version)];
        return (bytes[..packet.Write(Version, bytes)], Facts.Of(packet));
    }

    private (byte[] Bytes, string Facts) EncodeUnsubscribe()
    {
        byte[] payload = new byte[TextA.Length + TextB.Length + 4];
        TopicFilterWriter writer = new(payload);
        writer.Write(TextA);
        writer.Write(TextB);
        UnsubscribePacket packet = new()
        {
            PacketIdentifier = Identifier,
            Properties = Properties,
            Payload = writer.Written,
        };
        byte[] bytes = new byte[packet.Measure(Version)];
        return (bytes[..packet.Write(Version, bytes)], Facts.Of(packet));
    }

    private (byte[] Bytes, string Facts) EncodeUnsuback()
    {
        UnsubackPacket packet = new()
        {
            PacketIdentifier = Identifier,
            Properties = Properties,
            ReasonCodes = Is5 ? [0x00, 0x11] : [],
        };
        byte[] bytes = new byte[packet.Measure(Version)];
        return (bytes[..packet.Write(Version, bytes)], Facts.Of(packet));
    }

    private (byte[] Bytes, string Facts) EncodeDisconnect()
    {
        ReadOnlySpan<byte> codes = [0x00, 0x04, 0x81, 0x8B, 0x8E, 0xA2];
        DisconnectPacket packet = new()
        {
            ReasonCode = Is5 ? (ReasonCode)codes[Choice % codes.Length] : default,
            Properties = Properties,
        };
        byte[] bytes = new byte[packet.Measure(Version)];
        return (bytes[..packet.Write(Version, bytes)], Facts.Of(packet));
    }

    private (byte[] Bytes, string Facts) EncodeAuth()
    {
        // AUTH with properties must name its method, and a random set may not.
        bool isEmpty = !AuthProperties.From(Properties).HasAuthenticationMethod;
        AuthPacket packet = isEmpty
            ? default
            : new() { ReasonCode = FlagA ? ReasonCode.ContinueAuthentication : default, Properties = Properties };
        byte[] bytes = new byte[packet.Measure(Version)];
        return (bytes[..packet.Write(Version, bytes)], Facts.Of(packet));
    }

    private static byte[] TopicFrom(byte[] text) =>
        [(byte)'t', .. text.Where(value => value is not ((byte)'+' or (byte)'#'))];
}

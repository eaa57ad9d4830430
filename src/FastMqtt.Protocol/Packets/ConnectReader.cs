// Reads the body of CONNECT field by field, in the order of the wire, and stops at the first that is wrong.
// Lives beside ConnectPacket because CONNECT has more rules than all other packets together.
// Never looks at what a field means: that is the broker's business.
namespace FastMqtt.Protocol;

internal static class ConnectReader
{
    public static ReasonCode Read(ReadOnlySpan<byte> body, out ConnectPacket packet)
    {
        packet = default;
        PacketReader reader = new(body);
        if (!reader.TryReadBinary(out ReadOnlySpan<byte> name) || !reader.TryReadByte(out byte level))
        {
            return ReasonCode.MalformedPacket;
        }

        packet = new ConnectPacket { ProtocolName = name, ProtocolLevel = level };
        bool isOld = name.SequenceEqual(ConnectPacket.OldName) && level == (byte)ProtocolVersion.Mqtt31;
        bool isNew = name.SequenceEqual(ConnectPacket.Name) // [MQTT-3.1.2-1]
            && level is (byte)ProtocolVersion.Mqtt311 or (byte)ProtocolVersion.Mqtt5; // [MQTT-3.1.2-2]
        if (!isOld && !isNew)
        {
            return ReasonCode.UnsupportedProtocolVersion;
        }

        ProtocolVersion version = (ProtocolVersion)level;
        packet = new ConnectPacket { Version = version, ProtocolName = name, ProtocolLevel = level };
        if (!reader.TryReadByte(out byte flags) || !reader.TryReadUInt16(out ushort keepAlive))
        {
            return ReasonCode.MalformedPacket;
        }

        ReasonCode verdict = CheckFlags(flags, version);
        if (verdict != ReasonCode.Success)
        {
            return verdict;
        }

        ReadOnlySpan<byte> properties = default;
        if (version == ProtocolVersion.Mqtt5)
        {
            verdict = reader.ReadProperties(AllowedProperties.Connect, out properties);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        ConnectPacket head = new()
        {
            Version = version,
            ProtocolName = name,
            ProtocolLevel = level,
            CleanStart = (flags & ConnectPacket.CleanStartFlag) != 0,
            KeepAlive = keepAlive,
            Properties = properties,
        };
        return ReadPayload(ref reader, flags, head, out packet);
    }

    private static ReasonCode CheckFlags(byte flags, ProtocolVersion version)
    {
        int willQoS = (flags >> ConnectPacket.WillQoSShift) & 3;
        if (willQoS == 3)
        {
            return ReasonCode.MalformedPacket; // [MQTT-3.1.2-12] [MQTT3-3.1.2-14]
        }

        // 3.1 reserves nothing here: the bit is unused, and the will's bits mean nothing without a will.
        if (version != ProtocolVersion.Mqtt31)
        {
            if ((flags & ConnectPacket.ReservedFlag) != 0)
            {
                return ReasonCode.MalformedPacket; // [MQTT-3.1.2-3]
            }

            if ((flags & ConnectPacket.WillFlag) == 0 && willQoS != 0)
            {
                return ReasonCode.MalformedPacket; // [MQTT-3.1.2-11] [MQTT3-3.1.2-13]
            }

            if ((flags & ConnectPacket.WillFlag) == 0 && (flags & ConnectPacket.WillRetainFlag) != 0)
            {
                return ReasonCode.MalformedPacket; // [MQTT-3.1.2-13] [MQTT3-3.1.2-15]
            }
        }

        bool isPasswordAlone = (flags & ConnectPacket.PasswordFlag) != 0 && (flags & ConnectPacket.UserNameFlag) == 0;
        return isPasswordAlone && version != ProtocolVersion.Mqtt5
            ? ReasonCode.ProtocolError // [MQTT3-3.1.2-22]
            : ReasonCode.Success;
    }

    private static ReasonCode ReadPayload(
        scoped ref PacketReader reader, byte flags, ConnectPacket head, out ConnectPacket packet)
    {
        packet = head;
        if (!reader.TryReadText(out ReadOnlySpan<byte> identifier)) // [MQTT-3.1.3-3] [MQTT-3.1.3-4]
        {
            return ReasonCode.MalformedPacket;
        }

        bool hasWill = (flags & ConnectPacket.WillFlag) != 0;
        ReadOnlySpan<byte> willProperties = default;
        ReadOnlySpan<byte> willTopic = default;
        ReadOnlySpan<byte> willPayload = default;
        if (hasWill)
        {
            ReasonCode verdict = ReadWill(
                ref reader, head.Version, out willProperties, out willTopic, out willPayload);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        // 3.1: the remaining length outranks these flags; a name or password that is not there was not sent.
        bool mayBeMissing = head.Version == ProtocolVersion.Mqtt31;
        bool hasUserName = (flags & ConnectPacket.UserNameFlag) != 0 && !(mayBeMissing && reader.IsAtEnd);
        ReadOnlySpan<byte> userName = default;
        if (hasUserName && !reader.TryReadText(out userName)) // [MQTT-3.1.2-17] [MQTT-3.1.3-12] [MQTT3-3.1.3-11]
        {
            return ReasonCode.MalformedPacket;
        }

        bool hasPassword = (flags & ConnectPacket.PasswordFlag) != 0 && !(mayBeMissing && reader.IsAtEnd);
        ReadOnlySpan<byte> password = default;
        if (hasPassword && !reader.TryReadBinary(out password)) // [MQTT-3.1.2-19] [MQTT3-3.1.2-21]
        {
            return ReasonCode.MalformedPacket;
        }

        if (!reader.IsAtEnd)
        {
            return ReasonCode.MalformedPacket; // [MQTT-3.1.2-16] [MQTT-3.1.2-18]
        }

        packet = new ConnectPacket
        {
            Version = head.Version,
            ProtocolName = head.ProtocolName,
            ProtocolLevel = head.ProtocolLevel,
            CleanStart = head.CleanStart,
            KeepAlive = head.KeepAlive,
            Properties = head.Properties,
            ClientIdentifier = identifier,
            HasWill = hasWill,
            WillQoS = hasWill ? (QualityOfService)((flags >> ConnectPacket.WillQoSShift) & 3) : default,
            WillRetain = hasWill && (flags & ConnectPacket.WillRetainFlag) != 0,
            WillProperties = willProperties,
            WillTopic = willTopic,
            WillPayload = willPayload,
            HasUserName = hasUserName,
            UserName = userName,
            HasPassword = hasPassword,
            Password = password,
        };
        return ReasonCode.Success;
    }

    private static ReasonCode ReadWill(
        scoped ref PacketReader reader,
        ProtocolVersion version,
        out ReadOnlySpan<byte> properties,
        out ReadOnlySpan<byte> topic,
        out ReadOnlySpan<byte> payload)
    {
        properties = default;
        topic = default;
        payload = default;
        if (version == ProtocolVersion.Mqtt5)
        {
            ReasonCode verdict = reader.ReadProperties(AllowedProperties.Will, out properties);
            if (verdict != ReasonCode.Success)
            {
                return verdict;
            }
        }

        if (!reader.TryReadText(out topic) // [MQTT-3.1.3-11] [MQTT3-3.1.3-10]
            || !reader.TryReadBinary(out payload)) // [MQTT-3.1.2-9]
        {
            return ReasonCode.MalformedPacket;
        }

        return TopicName.IsValid(topic) ? ReasonCode.Success : ReasonCode.TopicNameInvalid;
    }
}

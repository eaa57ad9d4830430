// One chunk's body to one entry of the database. A chunk must be exactly as long as its parts and hold what MQTT
// allows; otherwise something has damaged it, and what follows cannot be trusted either.

using System.Text;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal sealed class ChunkDecoder(MosquittoDatabase database)
{
    // Version 6 added a client's user name and port.
    private const int VersionWithUserName = 6;

    // The end of the year 9999: a time behind it is none, and later arithmetic is safe.
    private const long TimeMax = 253_402_300_799;

    private ChunkLayout _layout;
    private byte[] _lastClientId = [];

    /// <summary>False: the body is not what its kind says, or contradicts another chunk.</summary>
    public bool TryDecode(ChunkKind kind, ReadOnlySpan<byte> body)
    {
        var fields = new ChunkFields(body, _layout);
        return kind switch
        {
            ChunkKind.Configuration => ChunkLayout.TryRead(body, out _layout),
            ChunkKind.Message => TryAddMessage(ref fields),
            ChunkKind.ClientMessage => TryAddClientMessage(ref fields),
            ChunkKind.Retained => TryAddRetained(ref fields),
            ChunkKind.Subscription => TryAddSubscription(ref fields),
            ChunkKind.Client => TryAddClient(ref fields),
            _ => false,
        };
    }

    private bool TryAddMessage(ref ChunkFields fields)
    {
        ulong storeId = fields.StoreId();
        long expiryTime = fields.Time();
        uint payloadLength = fields.UInt32();
        ushort sourcePacketIdentifier = fields.UInt16();
        ushort sourceIdLength = fields.UInt16();
        ushort sourceUserNameLength = fields.UInt16();
        ushort topicLength = fields.UInt16();
        ushort sourcePort = fields.UInt16();
        byte qos = fields.Byte();
        byte retain = fields.Byte();
        ReadOnlySpan<byte> sourceId = fields.Bytes(sourceIdLength);
        ReadOnlySpan<byte> sourceUserName = fields.Bytes(sourceUserNameLength);
        ReadOnlySpan<byte> topic = fields.Bytes(topicLength);
        ReadOnlySpan<byte> payload = fields.Bytes(payloadLength);
        bool isWhole = ChunkProperties.TryRead(fields.Remaining(), out ReadOnlySpan<byte> properties)
            && fields.IsExact;
        if (!isWhole || qos > 2 || retain > 1 || expiryTime > TimeMax
            || !TopicName.IsValid(topic) || !Utf8Text.IsValid(sourceId))
        {
            return false;
        }

        return database.Messages.TryAdd(storeId, new MosquittoMessage
        {
            StoreId = storeId,
            Topic = topic.ToArray(),
            Payload = payload.ToArray(),
            Properties = ChunkProperties.ToForward(properties),
            QoS = qos,
            Retain = retain != 0,
            ExpiryTime = expiryTime,
            SourceClientId = sourceId.IsEmpty ? null : sourceId.ToArray(),
            SourceUserName = UserName(sourceUserName),
            SourcePacketIdentifier = sourcePacketIdentifier,
            SourcePort = sourcePort,
        });
    }

    private bool TryAddClientMessage(ref ChunkFields fields)
    {
        ulong storeId = fields.StoreId();
        ushort packetIdentifier = fields.UInt16();
        ushort clientIdLength = fields.UInt16();
        byte qos = fields.Byte();
        byte state = fields.Byte();
        byte retainAndDup = fields.Byte();
        byte direction = fields.Byte();
        ReadOnlySpan<byte> clientId = fields.Bytes(clientIdLength);
        bool isWhole = ChunkProperties.TryRead(fields.Remaining(), out ReadOnlySpan<byte> properties)
            && fields.IsExact;

        // RETAIN is in the upper half of a byte, DUP in the lower.
        bool dup = (retainAndDup & 0x0F) != 0;
        if (!isWhole || (retainAndDup & 0xEE) != 0 || direction > (byte)MosquittoDirection.Out
            || !MessageStates.TryTranslate(state, (MosquittoDirection)direction, dup, out MosquittoMessageState known)
            || !MessageStates.IsPossible(known, qos, packetIdentifier)
            || !Utf8Text.IsValid(clientId))
        {
            return false;
        }

        if (!clientId.IsEmpty)
        {
            database.ClientMessages.Add(new MosquittoClientMessage
            {
                ClientId = Shared(clientId),
                StoreId = storeId,
                Direction = (MosquittoDirection)direction,
                State = known,
                PacketIdentifier = packetIdentifier,
                QoS = qos,
                Retain = (retainAndDup & 0xF0) != 0,
                Dup = dup,
                SubscriptionIdentifiers = ChunkProperties.SubscriptionIdentifiers(properties),
            });
        }

        return true;
    }

    private bool TryAddRetained(ref ChunkFields fields)
    {
        ulong storeId = fields.StoreId();
        if (!fields.IsExact)
        {
            return false;
        }

        database.Retained.Add(storeId);
        return true;
    }

    private bool TryAddSubscription(ref ChunkFields fields)
    {
        uint identifier = fields.UInt32();
        ushort clientIdLength = fields.UInt16();
        ushort filterLength = fields.UInt16();
        byte qos = fields.Byte();
        byte options = fields.Byte();
        _ = fields.Bytes(2); // padding to the alignment of four bytes, on every machine
        ReadOnlySpan<byte> clientId = fields.Bytes(clientIdLength);
        ReadOnlySpan<byte> filter = fields.Bytes(filterLength);
        if (!fields.IsExact || qos > 2 || !AreLegal(options) || identifier > VariableByteInteger.MaximumValue
            || !Utf8Text.IsValid(clientId) || !IsLegalFilter(filter))
        {
            return false;
        }

        if (!clientId.IsEmpty)
        {
            database.Subscriptions.Add(new MosquittoSubscription(
                Shared(clientId), filter.ToArray(), (byte)(qos | options), identifier));
        }

        return true;
    }

    private bool TryAddClient(ref ChunkFields fields)
    {
        long expiryTime = fields.Time();
        uint expiryInterval = fields.UInt32();
        ushort lastPacketIdentifier = fields.UInt16();
        ushort clientIdLength = fields.UInt16();
        ushort port = 0;
        ushort userNameLength = 0;
        if (database.FormatVersion >= VersionWithUserName)
        {
            port = fields.UInt16();
            userNameLength = fields.UInt16();
            _ = fields.Bytes((uint)_layout.ClientPadding);
        }

        ReadOnlySpan<byte> clientId = fields.Bytes(clientIdLength);
        ReadOnlySpan<byte> userName = fields.Bytes(userNameLength);
        if (!fields.IsExact || expiryTime > TimeMax || !Utf8Text.IsValid(clientId))
        {
            return false;
        }

        // Mosquitto too passes over entries without a Client Identifier.
        if (!clientId.IsEmpty)
        {
            database.Clients.Add(new MosquittoClient(
                Shared(clientId), UserName(userName), expiryTime, expiryInterval, lastPacketIdentifier, port));
        }

        return true;
    }

    private byte[] Shared(ReadOnlySpan<byte> clientId)
    {
        if (!clientId.SequenceEqual(_lastClientId))
        {
            _lastClientId = clientId.ToArray();
        }

        return _lastClientId;
    }

    // What is no text is no user name but memory behind one: MosquittoClient.UserName says how that comes.
    private static string? UserName(ReadOnlySpan<byte> field) =>
        field.IsEmpty || !Utf8Text.IsValid(field) ? null : Encoding.UTF8.GetString(field);

    // Without QoS, which has a field of its own; no reserved bit, no Retain Handling of 3. Section 3.8.3.1.
    private static bool AreLegal(byte options) => (options & 0xC3) == 0 && (options & 0x30) != 0x30;

    private static bool IsLegalFilter(ReadOnlySpan<byte> filter) =>
        TopicFilter.IsShared(filter)
            ? TopicFilter.TryParseShared(filter, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> rest)
                && Utf8Text.IsValid(name) && TopicFilter.IsValid(rest)
            : TopicFilter.IsValid(filter);
}

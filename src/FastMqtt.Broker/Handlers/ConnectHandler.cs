// CONNECT: who is it, may it come in, does a session exist, what was agreed. Nothing of a client exists before this has
// succeeded. If the session belongs to another dispatcher, the connection moves there before anything is answered, and
// the CONNECT is handled there from its first byte.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Handlers;

internal sealed class ConnectHandler(Dispatcher dispatcher)
{
    private const int AssignedIdentifierBytes = Limits.AutoIdPrefixBytes + 32;

    private readonly MountedText _mounted = new();

    public void Handle(Client client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        ReasonCode error = ConnectPacket.Read(header, body, out ConnectPacket packet);
        if (error == ReasonCode.UnsupportedProtocolVersion)
        {
            RefuseVersion(client, in packet);
            return;
        }

        client.Version = packet.Version;
        if (error != ReasonCode.Success)
        {
            RefuseMalformed(client, error);
            return;
        }

        if (!ConnectRules.AcceptsVersion(client.Listener.Options, client.Version))
        {
            // [MQTT3-3.1.2-2] [MQTT-3.1.2-2]
            Refuse(client, ReasonCode.UnsupportedProtocolVersion, ConnectReturnCode.UnacceptableProtocolVersion);
            return;
        }

        var properties = ConnectProperties.From(packet.Properties);
        if (properties.MaximumPacketSize != 0)
        {
            client.MaximumPacketSize = (int)Math.Min(properties.MaximumPacketSize, Limits.ProtocolPacketSizeMax);
        }

        if (!properties.AuthenticationMethod.IsEmpty)
        {
            Refuse(client, ReasonCode.BadAuthenticationMethod, ConnectReturnCode.NotAuthorized); // [MQTT-4.12.0-1]
            return;
        }

        if (packet.HasWill
            && ConnectRules.CheckWill(dispatcher.Options, client.Listener, in packet) is var wrong
            and not ReasonCode.Success)
        {
            RefuseWill(client, wrong);
            return;
        }

        if (!client.Listener.Options.AllowAnonymous)
        {
            RefuseAnonymous(client, packet.HasUserName);
            return;
        }

        scoped Span<byte> assigned = stackalloc byte[AssignedIdentifierBytes];
        scoped ReadOnlySpan<byte> identifier;
        if (!TryIdentify(client, in packet, assigned, out identifier))
        {
            return;
        }

        int owner = SessionDirectory.OwnerOf(identifier, dispatcher.Shared.Dispatchers.Length);
        if (owner != dispatcher.Id)
        {
            dispatcher.Connections.HandOver(client, owner);
            return;
        }

        Accept(client, in packet, in properties, identifier);
    }

    // Who the client is, before anything is looked up for it. False: it was refused.
    private bool TryIdentify(
        Client client, in ConnectPacket packet, Span<byte> assigned, out ReadOnlySpan<byte> identifier)
    {
        identifier = packet.ClientIdentifier;
        if (client.Listener.Options.UseUserNameAsClientId)
        {
            if (packet.UserName.IsEmpty)
            {
                Refuse(client, ReasonCode.NotAuthorized, ConnectReturnCode.NotAuthorized);
                return false;
            }

            identifier = packet.UserName;
        }
        else if (identifier.IsEmpty)
        {
            if (!ConnectRules.MayBeEmpty(client.Listener.Options, in packet))
            {
                // [MQTT3-3.1.3-8] [MQTT-3.1.3-8]
                Refuse(client, ReasonCode.ClientIdentifierNotValid, ConnectReturnCode.IdentifierRejected);
                return false;
            }

            // [MQTT-3.1.3-6] [MQTT3-3.1.3-6]
            identifier = assigned[..AssignIdentifier(client.Listener.AutoIdPrefix, assigned)];
        }

        if (!identifier.StartsWith(client.Listener.ClientIdPrefix))
        {
            Refuse(client, ReasonCode.NotAuthorized, ConnectReturnCode.NotAuthorized);
            return false;
        }

        return true;
    }

    private void Accept(
        Client client, in ConnectPacket packet, in ConnectProperties properties, ReadOnlySpan<byte> identifier)
    {
        ushort keepAlive = KeepAlive(in packet, out bool replaced);
        ReadOnlySpan<byte> assigned = packet.ClientIdentifier.IsEmpty ? identifier : default;
        Span<byte> buffer = assigned.Length <= AssignedIdentifierBytes
            ? stackalloc byte[64 + AssignedIdentifierBytes]
            : new byte[64 + assigned.Length];
        var answer = new ConnackPacket
        {
            Properties = Announce(
                client, buffer, assigned, replaced ? keepAlive : null, properties.SessionExpiryInterval),
        };
        if (answer.Measure(client.Version) > client.MaximumPacketSize)
        {
            Refuse(client, ReasonCode.PacketTooLarge, default); // [MQTT-3.1.2-24] what is agreed cannot be told
            return;
        }

        if (dispatcher.Sessions.TryFind(identifier, out Session? session))
        {
            session = TakeOver(session, packet.CleanStart);
        }
        else if (dispatcher.Sessions.Count >= dispatcher.Options.MaximumSessions / dispatcher.Shared.Dispatchers.Length)
        {
            Refuse(client, ReasonCode.QuotaExceeded, ConnectReturnCode.ServerUnavailable);
            return;
        }

        bool sessionPresent = session is not null;
        if (session is null)
        {
            session = new Session(dispatcher.Id, dispatcher.Shared.NumberOf(identifier), identifier.ToArray());
            dispatcher.Sessions.Add(session);
            dispatcher.Metrics.Sessions++;
        }

        dispatcher.Lifecycle.Resume(session);
        session.ExpiryInterval = client.IsMqtt5 ? properties.SessionExpiryInterval
            : packet.CleanStart ? 0 : Session.NeverExpires; // [MQTT3-3.1.2-4] [MQTT3-3.1.2-6]
        session.Will = ReadWill(client, session, in packet);
        session.Client = client;
        dispatcher.Shared.Subscriptions.ChangeRanks(session);
        client.Session = session;
        client.State = ClientState.Connected;
        Agree(client, in properties);
        dispatcher.Lifecycle.StartKeepAlive(client, keepAlive);
        dispatcher.Metrics.ConnectionsOpened++;
        dispatcher.Metrics.ConnectionsOpen++;
        dispatcher.Shared.Log.Connected(dispatcher, client, session, packet.KeepAlive);

        // MQTT 3.1 has no session present flag; old clients compare the four bytes. [MQTT-3.2.2-3] [MQTT3-3.2.2-2]
        bool tellsPresent = sessionPresent && client.Version != ProtocolVersion.Mqtt31;
        Reply.Connack(dispatcher, client, answer with { SessionPresent = tellsPresent });
        dispatcher.Outbound.BeginResend(session, client);
        dispatcher.MarkDirty(client, 0);
    }

    // [MQTT-3.1.4-3] [MQTT3-3.1.4-2] the older connection goes; [MQTT-3.1.2-4] Clean Start ends the older session
    private Session? TakeOver(Session session, bool cleanStart)
    {
        if (session.Client is { } older)
        {
            dispatcher.Packets.Disconnect(older, ReasonCode.SessionTakenOver);
            bool ends = session.ExpiryInterval == 0;
            dispatcher.Lifecycle.Detach(older);
            if (ends)
            {
                return null;
            }
        }

        if (cleanStart)
        {
            dispatcher.Lifecycle.End(session);
            return null;
        }

        return session; // [MQTT-3.1.2-5]
    }

    private void Agree(Client client, in ConnectProperties properties)
    {
        BrokerOptions options = dispatcher.Options;
        ListenerOptions listener = client.Listener.Options;
        client.Window = options.MaximumInflight == 0 ? ushort.MaxValue : options.MaximumInflight;
        client.MaximumQoS = listener.MaximumQoS;
        client.MountPoint = client.Listener.MountPoint;
        if (!client.IsMqtt5)
        {
            return;
        }

        client.Window = Math.Min(client.Window, properties.ReceiveMaximum); // [MQTT-3.3.4-9]
        int aliasesMax = listener.TopicAliasMaximumToClient ?? Limits.OutgoingTopicAliases;
        int aliases = Math.Min((int)properties.TopicAliasMaximum, aliasesMax); // [MQTT-3.1.2-26]
        client.OutgoingAliases = aliases > 0 ? new OutgoingTopicAliases(aliases) : null; // [MQTT-3.1.2-27]
        ushort incoming = listener.TopicAliasMaximum ?? options.TopicAliasMaximum;
        client.Aliases = incoming > 0 ? new TopicAliases(incoming) : null;
    }

    private ushort KeepAlive(in ConnectPacket packet, out bool replaced)
    {
        ushort maximum = dispatcher.Options.MaximumKeepAlive;
        replaced = maximum != 0 && (packet.KeepAlive == 0 || packet.KeepAlive > maximum);

        // A 3.x client cannot be told another value: its own holds. [MQTT-3.2.2-22]
        replaced &= packet.Version == ProtocolVersion.Mqtt5;
        return replaced ? maximum : packet.KeepAlive;
    }

    /// <summary>The properties of CONNACK: what holds on this connection. 3.x has none.</summary>
    private ReadOnlySpan<byte> Announce(
        Client client, Span<byte> buffer, ReadOnlySpan<byte> assigned, ushort? keepAlive, uint expirySeconds)
    {
        if (!client.IsMqtt5)
        {
            return default;
        }

        BrokerOptions options = dispatcher.Options;
        var writer = new PropertyWriter(buffer);
        writer.Write(PropertyIdentifier.ReceiveMaximum, (uint)options.ReceiveMaximum);
        writer.Write(PropertyIdentifier.MaximumPacketSize, (uint)options.MaximumPacketSize);
        ListenerOptions listener = client.Listener.Options;
        if ((listener.TopicAliasMaximum ?? options.TopicAliasMaximum) is > 0 and ushort aliases)
        {
            writer.Write(PropertyIdentifier.TopicAliasMaximum, aliases);
        }

        if (listener.MaximumQoS != QualityOfService.ExactlyOnce)
        {
            writer.Write(PropertyIdentifier.MaximumQoS, (uint)listener.MaximumQoS); // [MQTT-3.2.2-9]
        }

        if (!options.RetainAvailable)
        {
            writer.Write(PropertyIdentifier.RetainAvailable, 0u);
        }

        if (ConnectRules.Expiry(options, expirySeconds) is var less && less < expirySeconds)
        {
            writer.Write(PropertyIdentifier.SessionExpiryInterval, less); // section 3.2.2.3.2
        }

        if (!assigned.IsEmpty)
        {
            writer.Write(PropertyIdentifier.AssignedClientIdentifier, assigned); // [MQTT-3.2.2-16]
        }

        if (keepAlive is { } seconds)
        {
            writer.Write(PropertyIdentifier.ServerKeepAlive, seconds); // [MQTT-3.2.2-21]
        }

        return writer.Written;
    }

    private WillMessage? ReadWill(Client client, Session session, in ConnectPacket packet)
    {
        if (!packet.HasWill)
        {
            return null;
        }

        var properties = WillProperties.From(packet.WillProperties);
        Span<byte> forwarded = packet.WillProperties.Length <= 1024
            ? stackalloc byte[packet.WillProperties.Length]
            : new byte[packet.WillProperties.Length];
        int length = ForwardedProperties.Copy(packet.WillProperties, forwarded);
        ReadOnlySpan<byte> topic = packet.WillTopic;
        if (client.Listener.MountPoint is { } mountPoint)
        {
            _mounted.TryMount(mountPoint, topic, out topic);
        }

        var message = new Message
        {
            Topic = topic,
            Properties = forwarded[..length],
            Payload = packet.WillPayload,
            QoS = dispatcher.Options.UpgradeOutgoingQoS ? QualityOfService.ExactlyOnce : packet.WillQoS,
            Retain = packet.WillRetain,
            ExpiresAtMilliseconds = long.MaxValue,
            Publisher = session.Number,
        };
        return new WillMessage(
            dispatcher.Publications.Create(in message),
            properties.WillDelayInterval,
            properties.HasMessageExpiryInterval ? properties.MessageExpiryInterval : null);
    }

    private int AssignIdentifier(ReadOnlySpan<byte> prefix, Span<byte> destination)
    {
        // Not to be guessed: who knows an identifier can take the session over. Not Guid.NewGuid either: it reads
        // /dev/urandom, which an empty root does not have.
        Span<byte> random = stackalloc byte[16];
        int length = prefix.Length + (random.Length * 2);
        do
        {
            prefix.CopyTo(destination);
            SystemRandom.Fill(random);
            Convert.TryToHexStringLower(random, destination[prefix.Length..], out _);
        }
        while (SessionDirectory.OwnerOf(destination[..length], dispatcher.Shared.Dispatchers.Length) != dispatcher.Id);
        return length;
    }

    // What a 3.x client could not know of: Mosquitto closes without a CONNACK too, and none of its codes says this.
    private void RefuseWill(Client client, ReasonCode reason)
    {
        if (client.IsMqtt5 || reason is not (ReasonCode.RetainNotSupported or ReasonCode.QoSNotSupported))
        {
            Refuse(client, reason, ConnectReturnCode.NotAuthorized);
            return;
        }

        dispatcher.Shared.Log.Refused(dispatcher, client, reason);
        client.CloseReason = reason;
        dispatcher.Connections.Close(client);
    }

    private void RefuseAnonymous(Client client, bool hasUserName)
    {
        if (hasUserName)
        {
            Refuse(client, ReasonCode.BadUserNameOrPassword, ConnectReturnCode.BadUserNameOrPassword);
        }
        else
        {
            Refuse(client, ReasonCode.NotAuthorized, ConnectReturnCode.NotAuthorized);
        }
    }

    private void RefuseVersion(Client client, in ConnectPacket packet)
    {
        if (!packet.ProtocolName.SequenceEqual("MQTT"u8) && !packet.ProtocolName.SequenceEqual("MQIsdp"u8))
        {
            client.CloseReason = ReasonCode.UnsupportedProtocolVersion;
            dispatcher.Connections.Close(client); // [MQTT-3.1.2-1] not MQTT at all: it would not understand a CONNACK
            return;
        }

        if (packet.ProtocolLevel > (byte)ProtocolVersion.Mqtt5)
        {
            client.Version = ProtocolVersion.Mqtt5; // newer than us: it knows 5.0's CONNACK rather than 3.1's
        }

        // [MQTT3-3.1.2-2] [MQTT-3.1.2-2]
        Refuse(client, ReasonCode.UnsupportedProtocolVersion, ConnectReturnCode.UnacceptableProtocolVersion);
    }

    private void RefuseMalformed(Client client, ReasonCode error)
    {
        dispatcher.Shared.Log.Rejected(dispatcher, client, error);
        if (client.IsMqtt5)
        {
            Refuse(client, error, default);
            return;
        }

        client.CloseReason = error;
        dispatcher.Connections.Close(client); // [MQTT3-4.8.0-1] no CONNACK for what is not a CONNECT
    }

    private void Refuse(Client client, ReasonCode reason, ConnectReturnCode returnCode)
    {
        dispatcher.Shared.Log.Refused(dispatcher, client, reason);
        ReasonCode code = client.IsMqtt5 ? reason : (ReasonCode)(byte)returnCode;
        ReadOnlySpan<byte> text = client.IsMqtt5 ? ReasonText.Of(reason) : default;
        Span<byte> properties = stackalloc byte[ReasonText.PropertyBytesMax];
        var writer = new PropertyWriter(properties);
        if (!text.IsEmpty)
        {
            writer.Write(PropertyIdentifier.ReasonString, text);
        }

        // [MQTT-3.2.2-6] no session present
        var answer = new ConnackPacket { ReasonCode = code, Properties = writer.Written };
        if (answer.Measure(client.Version) > client.MaximumPacketSize)
        {
            answer = new ConnackPacket { ReasonCode = code }; // [MQTT-3.2.2-19] without Reason String
        }

        if (answer.Measure(client.Version) <= client.MaximumPacketSize)
        {
            Reply.Connack(dispatcher, client, in answer);
        }

        client.CloseReason = reason;
        client.Linger = true;
        dispatcher.Connections.Close(client); // [MQTT-3.2.2-7] [MQTT3-3.2.2-5]
    }
}

// CONNECT: who is it, may it come in, does a session exist, what was agreed. Nothing of a client exists before this has
// succeeded. If the session belongs to another dispatcher, the connection moves there before anything is answered, and
// the CONNECT is handled there from its first byte. If somebody must be asked who that is, the CONNECT waits and is
// handled again with the answer (Access/Authentication).

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Handlers;

internal sealed class ConnectHandler(Dispatcher dispatcher)
{
    private const int AssignedIdentifierBytes = Limits.AutoIdPrefixBytes + 32;

    private readonly MountedText _mounted = new();

    public Login Login { get; } = new(dispatcher);

    public ConnectRefusal Refusal { get; } = new(dispatcher);

    /// <returns>False when somebody must be asked first: the packet is handled again then.</returns>
    public bool Handle(Client client, FixedHeader header, ReadOnlySpan<byte> frame)
    {
        ReasonCode error = ConnectPacket.Read(header, frame[header.HeaderLength..], out ConnectPacket packet);
        if (error == ReasonCode.UnsupportedProtocolVersion)
        {
            Refusal.OfVersion(client, in packet);
            return true;
        }

        client.Version = packet.Version;
        if (error != ReasonCode.Success)
        {
            Refusal.OfMalformed(client, error);
            return true;
        }

        var properties = ConnectProperties.From(packet.Properties);
        if (properties.MaximumPacketSize != 0)
        {
            client.MaximumPacketSize = (int)Math.Min(properties.MaximumPacketSize, Limits.ProtocolPacketSizeMax);
        }

        scoped Span<byte> assigned = stackalloc byte[AssignedIdentifierBytes];
        scoped ReadOnlySpan<byte> identifier = packet.ClientIdentifier;
        if (!KeepsRules(client, in packet) || !TryChooseIdentifier(client, in packet, assigned, ref identifier))
        {
            return true;
        }

        int owner = SessionDirectory.OwnerOf(identifier, dispatcher.Shared.Dispatchers.Length);
        if (owner != dispatcher.Id)
        {
            dispatcher.Connections.HandOver(client, owner);
            return true;
        }

        ClientIdentity? identity = client.Authentication?.Identity
            ?? Identify(client, in packet, in properties, identifier, frame);
        if (identity is not null && Agree(client, in packet, in properties, identifier, ref identity) is { } terms)
        {
            Accept(client, in packet, in properties, identifier, identity, terms);
        }
        else if (client.IsAsking)
        {
            Authentication authentication = client.Authentication!;
            authentication.AssignedIdentifier ??= packet.ClientIdentifier.IsEmpty ? identifier.ToArray() : null;
            if (client.State != ClientState.Authenticating)
            {
                return false;
            }

            authentication.Connect ??= frame.ToArray(); // a copy of it waits
        }

        return true;
    }

    /// <summary>The CONNECT that was kept while AUTH packets were exchanged: now it is known who that is.</summary>
    public void HandleAgain(Client client)
    {
        byte[] frame = client.Authentication!.Connect!;
        client.Authentication.Connect = null;
        FrameDecoder.TryRead(frame, frame.Length, out FixedHeader header, out _, ProtocolVersion.Mqtt31);
        Handle(client, header, frame);
    }

    // What can be said without knowing who it is. False: refused.
    private bool KeepsRules(Client client, in ConnectPacket packet)
    {
        if (client.Authentication is { Refusal: var refusal and not ReasonCode.Success })
        {
            Refusal.OfIdentity(client, refusal);
            return false;
        }

        if (!ConnectRules.AcceptsVersion(client.Listener.Options, client.Version))
        {
            // [MQTT3-3.1.2-2] [MQTT-3.1.2-2]
            Refusal.Refuse(
                client, ReasonCode.UnsupportedProtocolVersion, ConnectReturnCode.UnacceptableProtocolVersion);
            return false;
        }

        if (packet.HasWill
            && ConnectRules.CheckWill(dispatcher.Options, client.Listener, in packet) is var wrong
            and not ReasonCode.Success)
        {
            Refusal.OfWill(client, wrong);
            return false;
        }

        return true;
    }

    // The Client Identifier it will have. False: refused.
    private bool TryChooseIdentifier(
        Client client, in ConnectPacket packet, Span<byte> assigned, ref ReadOnlySpan<byte> identifier)
    {
        ListenerOptions listener = client.Listener.Options;
        if (listener.UseUserNameAsClientId)
        {
            identifier = client.CertificateName(listener.CertificateUserName) is { } name
                ? Encoding.UTF8.GetBytes(name)
                : packet.UserName;
            if (identifier.IsEmpty)
            {
                Refusal.Refuse(client, ReasonCode.NotAuthorized);
                return false;
            }
        }
        else if (identifier.IsEmpty)
        {
            if (!ConnectRules.MayBeEmpty(listener, in packet))
            {
                Refusal.Refuse(client, ReasonCode.ClientIdentifierNotValid); // [MQTT3-3.1.3-8] [MQTT-3.1.3-8]
                return false;
            }

            // [MQTT-3.1.3-6] [MQTT3-3.1.3-6]
            identifier = client.Authentication?.AssignedIdentifier is { } known
                ? known
                : assigned[..AssignIdentifier(client.Listener.AutoIdPrefix, assigned)];
        }

        if (!identifier.StartsWith(client.Listener.ClientIdPrefix))
        {
            Refusal.Refuse(client, ReasonCode.NotAuthorized);
            return false;
        }

        return true;
    }

    // Null: refused, or it will be known later.
    private ClientIdentity? Identify(
        Client client,
        in ConnectPacket packet,
        in ConnectProperties properties,
        ReadOnlySpan<byte> identifier,
        ReadOnlySpan<byte> frame)
    {
        if (properties.HasAuthenticationMethod)
        {
            if (!dispatcher.Packets.Auth.TryBegin(client, in packet, in properties, identifier, frame))
            {
                Refusal.Refuse(client, ReasonCode.BadAuthenticationMethod); // [MQTT-4.12.0-1]
            }

            return null;
        }

        ClientIdentity? identity = Login.Identify(client, in packet, identifier, out ReasonCode refusal);
        if (refusal != ReasonCode.Success)
        {
            Refusal.OfIdentity(client, refusal);
        }

        return identity;
    }

    // What will hold for it. Null: hooks have refused it, or are being asked.
    private ConnectTerms? Agree(
        Client client,
        in ConnectPacket packet,
        in ConnectProperties properties,
        ReadOnlySpan<byte> identifier,
        ref ClientIdentity identity)
    {
        ListenerOptions listener = client.Listener.Options;
        var terms = ConnectTerms.For(dispatcher.Options, listener, in packet, in properties);
        terms.UserName = identity.UserName;
        if (dispatcher.Hooks?.Connecting is { } hooks
            && !hooks.TryDecide(client, in packet, identifier, identity, ref terms))
        {
            return null;
        }

        terms.Bound(dispatcher.Options, listener, in packet, in properties);
        identity = terms.UserName == identity.UserName ? identity : identity.As(terms.UserName);
        if (packet.HasWill && packet.WillQoS > terms.MaximumQoS)
        {
            Refusal.OfWill(client, ReasonCode.QoSNotSupported); // [MQTT-3.2.2-12]
            return null;
        }

        return terms;
    }

    private void Accept(
        Client client,
        in ConnectPacket packet,
        in ConnectProperties properties,
        ReadOnlySpan<byte> identifier,
        ClientIdentity identity,
        ConnectTerms terms)
    {
        ReadOnlySpan<byte> assigned = packet.ClientIdentifier.IsEmpty ? identifier : default;
        Span<byte> buffer = assigned.Length <= AssignedIdentifierBytes
            ? stackalloc byte[64 + AssignedIdentifierBytes]
            : new byte[64 + assigned.Length];
        var answer = new ConnackPacket
        {
            Properties = ConnectAnswer.WriteProperties(dispatcher.Options, in packet, terms, assigned, buffer),
        };
        if (client.Authentication is { Method: { } method, LastData: var data })
        {
            // [MQTT-4.12.0-5]
            byte[] exchange = AuthHandler.MethodAndData(method, data.Span);
            answer = answer with { Properties = (byte[])[.. answer.Properties, .. exchange] };
        }

        if (answer.Measure(client.Version) > client.MaximumPacketSize)
        {
            Refusal.Refuse(client, ReasonCode.PacketTooLarge, default); // [MQTT-3.1.2-24] what is agreed cannot be told
            return;
        }

        Enter(client, in packet, in properties, identifier, identity, in answer, terms);
    }

    // Its session, found or made; from here on it is connected.
    private void Enter(
        Client client,
        in ConnectPacket packet,
        in ConnectProperties properties,
        ReadOnlySpan<byte> identifier,
        ClientIdentity identity,
        in ConnackPacket answer,
        ConnectTerms terms)
    {
        bool isKept = ConnectRules.Expiry(dispatcher.Options, terms.SessionExpiryInterval) > 0;
        if (isKept && dispatcher.Journal is { IsRefusing: true })
        {
            Refusal.Refuse(client, ReasonCode.QuotaExceeded, ConnectReturnCode.ServerUnavailable); // it cannot be kept
            return;
        }

        long before = dispatcher.Additions;
        if (dispatcher.Sessions.TryFind(identifier, out Session? session))
        {
            session = TakeOver(session, packet.CleanStart || !Owns(session, identity));
        }
        else if (dispatcher.Sessions.Count >= dispatcher.Options.MaximumSessions / dispatcher.Shared.Dispatchers.Length)
        {
            Refusal.Refuse(client, ReasonCode.QuotaExceeded, ConnectReturnCode.ServerUnavailable);
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
        session.ExpiryInterval = terms.SessionExpiryInterval;
        session.Owner = Login.OwnerOf(client, session, identity);
        session.Will = ReadWill(client, session, in packet);
        Store(session, isKept);
        session.Client = client;
        session.SinceMilliseconds = dispatcher.Now;
        dispatcher.Shared.Subscriptions.ChangeRanks(session);
        client.Session = session;
        client.State = ClientState.Connected;
        EndAuthentication(client, identity);
        Keep(client, in properties, terms);
        dispatcher.Metrics.ConnectionsOpened++;
        dispatcher.Metrics.ConnectionsOpen++;
        dispatcher.Shared.Log.Connected(dispatcher, client, session, packet.KeepAlive);

        // MQTT 3.1 has no session present flag; old clients compare the four bytes. [MQTT-3.2.2-3] [MQTT3-3.2.2-2]
        bool tellsPresent = sessionPresent && client.Version != ProtocolVersion.Mqtt31;
        long pledge = dispatcher.PledgeSince(before);
        Reply.Connack(dispatcher, client, answer with { SessionPresent = tellsPresent }, pledge);
        if (pledge != 0)
        {
            client.Held!.HasConnack = true; // the rest follows when it has left
        }
        else
        {
            dispatcher.Backlog.BeginResend(session, client);
            dispatcher.MarkDirty(client, 0);
        }

        dispatcher.Hooks?.Connected(client, sessionPresent);
    }

    // A session that outlives its connection is in the store before its client hears of it.
    private void Store(Session session, bool isKept)
    {
        if (dispatcher.Journal is { } journal && (isKept || session.Durable is not null))
        {
            DurableSession durable = session.Durable ??= journal.Begin(session);
            durable.DisconnectedAt = 0;
            durable.HasAnyOwner = false;
            journal.Rows.PutSession(durable, isPromised: true);
        }
    }

    private static bool Owns(Session session, ClientIdentity identity) =>
        session.UserName == identity.UserName || session.Durable is { HasAnyOwner: true };

    // What is left of it: a method for authenticating again, the end of the credentials.
    private void EndAuthentication(Client client, ClientIdentity identity)
    {
        if (client.Authentication is { Method: null })
        {
            client.Authentication = null;
        }

        client.Authentication?.Answer = null;

        Login.WatchExpiry(client, identity);
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

    // What was agreed holds from now on.
    private void Keep(Client client, in ConnectProperties properties, ConnectTerms terms)
    {
        client.Window = terms.MaximumInflight;
        client.MaximumQoS = terms.MaximumQoS;
        dispatcher.Lifecycle.StartKeepAlive(client, terms.KeepAlive);
        if (!client.IsMqtt5)
        {
            return;
        }

        int aliasesMax = client.Listener.Options.TopicAliasMaximumToClient ?? Limits.OutgoingTopicAliases;
        int aliases = Math.Min((int)properties.TopicAliasMaximum, aliasesMax); // [MQTT-3.1.2-26]
        client.OutgoingAliases = aliases > 0 ? new OutgoingTopicAliases(aliases) : null; // [MQTT-3.1.2-27]
        client.Aliases = terms.TopicAliasMaximum > 0 ? new TopicAliases(terms.TopicAliasMaximum) : null;
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
            Source = packet.WillRetain ? session.Access : null,
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
}

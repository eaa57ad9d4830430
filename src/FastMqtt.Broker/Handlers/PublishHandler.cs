// PUBLISH from a client: the hot path. Validates, resolves the alias, stores what is retained, routes, acknowledges.
// A QoS 0 message to connected subscribers is copied from the receive area into their outputs and nowhere else.
//
// QoS 1: routed, then PUBACK. QoS 2: routed at once, its identifier kept until PUBREL, then PUBREC; a second PUBLISH
// with an identifier that is kept is answered and not routed again. What receivers that outlive their connection get,
// what is retained, and the identifier itself are told to the journal on the way; the answer waits for them there.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal sealed class PublishHandler(Dispatcher dispatcher)
{
    private readonly PublishPropertyReader _properties = new(dispatcher);
    private readonly BurstHandler _bursts = new(dispatcher);

    // The topic of the last valid PUBLISH on this dispatcher: packets of one burst mostly share it.
    private byte[] _knownTopic = new byte[256];
    private int _knownTopicBytes;
    private readonly MountedText _mounted = new();

    private ReadOnlySpan<byte> KnownTopic => _knownTopic.AsSpan(0, _knownTopicBytes);

    /// <summary>Handles the packet `unread` begins with, and the burst behind it if it is the first of one.</summary>
    /// <returns>Bytes handled; none when somebody must be asked first.</returns>
    public int Handle(Client client, FixedHeader header, ReadOnlySpan<byte> unread)
    {
        ReadOnlySpan<byte> frame = unread[..header.TotalLength];
        dispatcher.Metrics.PacketsReceived++;
        ReasonCode error = PublishPacket.Read(
            header, frame[header.HeaderLength..], client.Version, KnownTopic, out PublishPacket packet);
        if (error != ReasonCode.Success)
        {
            dispatcher.Packets.Reject(client, error);
            return frame.Length;
        }

        if ((packet.QoS > client.MaximumQoS || packet.Retain) && !MayPublish(client, in packet))
        {
            return frame.Length;
        }

        dispatcher.Metrics.PublishReceived++;
        dispatcher.Metrics.PublishBytesReceived += packet.Payload.Length;

        // Field by field: an initialiser builds a second Message and copies it, which stalls on what was just stored.
        Message message = default;
        message.Topic = packet.Topic;
        message.Payload = packet.Payload;
        message.QoS = packet.QoS;
        message.Retain = packet.Retain;
        message.ExpiresAtMilliseconds = long.MaxValue;
        message.Publisher = client.Session!.Number;
        bool unchanged = true;
        if ((!packet.Properties.IsEmpty && !_properties.TryRead(client, in packet, ref message, out unchanged))
            || !CheckTopic(client, message.Topic)
            || !MayForward(client, in packet, ref message))
        {
            return frame.Length;
        }

        AccessVerdict verdict = client.Session.Access is { } access
            ? Judge(client, access, ref message)
            : AccessVerdict.Allowed;
        if (verdict == AccessVerdict.Ask)
        {
            return 0; // handled again when the answer is there
        }

        message.FrameIsMqtt5 = client.IsMqtt5;
        if (unchanged && packet.QoS == QualityOfService.AtMostOnce && client.MountPoint is null)
        {
            message.Frame = frame;
        }

        if (packet.Properties.IsEmpty
            && verdict == AccessVerdict.Allowed
            && _bursts.TryHandle(client, header, unread, ref message, out int handled))
        {
            return handled;
        }

        ReasonCode? answer = verdict == AccessVerdict.Denied ? ReasonCode.NotAuthorized : null;
        if (dispatcher.Hooks?.Publishing is { } hooks
            && !PassesHooks(hooks, client, in packet, ref message, ref answer))
        {
            return 0;
        }

        HandleAlone(client, in packet, ref message, answer);
        message.Drop(dispatcher.Publications);
        return frame.Length;
    }

    /// <summary>Stores or clears the retained message of a topic. False when the store is full.</summary>
    public bool Retain(ref Message message)
    {
        if (!message.Retain)
        {
            return true;
        }

        Topics.RetainedMessages store = dispatcher.Shared.Retained;
        Publication? replaced;
        if (dispatcher.Journal is { MayRefuse: true, IsRefusing: true } journal)
        {
            journal.HasRefused = true;
            return false;
        }

        if (message.Payload.IsEmpty)
        {
            replaced = store.Remove(message.Topic); // [MQTT-3.3.1-6] [MQTT-3.3.1-7]
        }
        else
        {
            if (IsFull(store, message.Payload.Length) && !store.Contains(message.Topic))
            {
                return false;
            }

            Publication publication = message.Hold(dispatcher.Publications);
            publication.AddReference();
            replaced = store.Set(publication); // [MQTT-3.3.1-5] the new one replaces the old
        }

        bool hasChanged = replaced is not null || !message.Payload.IsEmpty;
        if (replaced is not null)
        {
            dispatcher.Publications.Release(replaced);
        }

        if (hasChanged && dispatcher.Hooks is { } hooks && !IsSystemTopic(message.Topic))
        {
            hooks.RetainedChanged(message.Topic, message.Payload);
        }

        if (dispatcher.Journal is not null && !IsSystemTopic(message.Topic))
        {
            bool isPromised = message.QoS != QualityOfService.AtMostOnce;
            dispatcher.Journal.Rows.PutRetained(message.Hold(dispatcher.Publications), isPromised);
        }

        return true;
    }

    /// <summary>Stores a message if it is retained and routes it: what a client or a will publishes.</summary>
    /// <returns>What an acknowledgement says of it.</returns>
    public ReasonCode Route(ref Message message)
    {
        if (IsSystemTopic(message.Topic))
        {
            dispatcher.Metrics.Refused++; // $SYS is the broker's; a client that writes there is refused, not obeyed
            return ReasonCode.NotAuthorized;
        }

        if (message.Retain && !Retain(ref message))
        {
            dispatcher.Metrics.Refused++;
            return ReasonCode.QuotaExceeded;
        }

        return dispatcher.FanOut.Route(ref message) ? ReasonCode.Success : ReasonCode.NoMatchingSubscribers;
    }

    /// <summary>Whether it is the broker's own: nobody else publishes there, and it is not stored.</summary>
    public static bool IsSystemTopic(ReadOnlySpan<byte> topic) =>
        topic[0] == (byte)'$' && topic.StartsWith("$SYS"u8) && (topic.Length == 4 || topic[4] == (byte)'/');

    /// <summary>The same for a message that rules or hooks may have decided about.</summary>
    /// <param name="message">The message.</param>
    /// <param name="answer">What they say of it: nobody gets it then. Null: nothing.</param>
    public ReasonCode Route(ref Message message, ReasonCode? answer)
    {
        if (answer is not { } decided)
        {
            return Route(ref message);
        }

        // A 5.0 client is told; a 3.x client sees its message acknowledged and nobody gets it, as with Mosquitto.
        bool isDenied = decided >= ReasonCode.UnspecifiedError;
        dispatcher.Metrics.DeniedPublish += isDenied ? 1 : 0;
        dispatcher.Metrics.SwallowedPublish += isDenied ? 0 : 1;
        return decided;
    }

    // False: somebody is being asked, and what this packet counted is taken back. Nobody is asked about a message that
    // rules have denied, nor about one that is only answered again or is one too many.
    private bool PassesHooks(
        PublishingCalls hooks, Client client, in PublishPacket packet, ref Message message, ref ReasonCode? answer)
    {
        if (answer is not null
            || (packet.QoS == QualityOfService.ExactlyOnce && !IsNew(client, packet.PacketIdentifier)))
        {
            return true;
        }

        if (!hooks.TryDecide(client, in packet, ref message, out answer))
        {
            TakeBack(packet.Payload.Length);
            return false;
        }

        if (answer >= ReasonCode.UnspecifiedError)
        {
            dispatcher.Shared.Log.Denied(dispatcher, client, AccessKind.Publish, message.Topic);
        }

        return true;
    }

    private bool IsNew(Client client, ushort packetIdentifier) =>
        client.Session!.Received?.Contains(packetIdentifier) != true
        && (!client.IsMqtt5 || client.Unreleased < client.ReceiveMaximum(dispatcher.Options));

    private void TakeBack(int payloadBytes)
    {
        dispatcher.Metrics.PacketsReceived--;
        dispatcher.Metrics.PublishReceived--;
        dispatcher.Metrics.PublishBytesReceived -= payloadBytes;
    }

    // Ask: it has begun, and what this packet counted is taken back.
    private AccessVerdict Judge(Client client, SessionAccess access, ref Message message)
    {
        message.TopicHash = dispatcher.Shared.Subscriptions.Hasher.Hash(message.Topic);
        message.Source = message.Retain ? access : null;
        AccessVerdict verdict =
            access.Check(AccessKind.Publish, message.Topic, message.TopicHash, dispatcher.Now);
        if (verdict == AccessVerdict.Ask)
        {
            TakeBack(message.Payload.Length);
            byte[][] topics = [message.Topic.ToArray()];
            new VerdictTask(dispatcher, client, access, AccessKind.Publish, topics).Start();
        }
        else
        {
            access.ForgetAnswers();
            if (verdict == AccessVerdict.Denied)
            {
                dispatcher.Shared.Log.Denied(dispatcher, client, AccessKind.Publish, message.Topic);
            }
        }

        return verdict;
    }

    private bool IsFull(Topics.RetainedMessages store, int payloadBytes) =>
        store.Count >= dispatcher.Options.MaximumRetainedMessages
        || store.Bytes + payloadBytes > dispatcher.Options.MaximumRetainedBytes;

    // What was agreed in CONNACK; a 3.x client, which was not told, is closed as well.
    private bool MayPublish(Client client, in PublishPacket packet)
    {
        if (packet.QoS > client.MaximumQoS)
        {
            dispatcher.Packets.Reject(client, ReasonCode.QoSNotSupported); // [MQTT-3.2.2-11]
            return false;
        }

        if (packet.Retain && !dispatcher.Options.RetainAvailable)
        {
            dispatcher.Packets.Reject(client, ReasonCode.RetainNotSupported); // [MQTT-3.2.2-14]
            return false;
        }

        return true;
    }

    // What the operator's options say about the message, and what they make of it.
    private bool MayForward(Client client, in PublishPacket packet, ref Message message)
    {
        BrokerOptions options = dispatcher.Options;
        if (options.MaximumPayloadBytes != 0 && packet.Payload.Length > options.MaximumPayloadBytes)
        {
            RefuseSize(client, in packet);
            return false;
        }

        if (options.UpgradeOutgoingQoS)
        {
            message.QoS = QualityOfService.ExactlyOnce; // the lower of this and a subscription's is the subscription's
        }

        if (client.MountPoint is not { } mountPoint)
        {
            return true;
        }

        if (!_mounted.TryMount(mountPoint, message.Topic, out ReadOnlySpan<byte> mounted))
        {
            dispatcher.Packets.Reject(client, ReasonCode.TopicNameInvalid);
            return false;
        }

        message.Topic = mounted;
        return true;
    }

    // The message is not forwarded; the exchange is completed. The man page of Mosquitto promises this code, and Packet
    // too large is none that an acknowledgement may carry.
    private void RefuseSize(Client client, in PublishPacket packet)
    {
        dispatcher.Metrics.Refused++;
        const ReasonCode Reason = ReasonCode.ImplementationSpecificError;
        if (packet.QoS == QualityOfService.AtLeastOnce)
        {
            Reply.Acknowledge(dispatcher, client, PacketType.Puback, packet.PacketIdentifier, Reason);
        }
        else if (packet.QoS == QualityOfService.ExactlyOnce)
        {
            PacketIdentifierSet received = client.Session!.Received ??= new PacketIdentifierSet();
            if (!client.IsMqtt5 && received.Add(packet.PacketIdentifier))
            {
                client.Unreleased++; // 3.x knows no error here: PUBREL and PUBCOMP follow
            }

            Reply.Acknowledge(dispatcher, client, PacketType.Pubrec, packet.PacketIdentifier, Reason);
        }
    }

    private void HandleAlone(Client client, in PublishPacket packet, ref Message message, ReasonCode? answer)
    {
        switch (packet.QoS)
        {
            case QualityOfService.AtMostOnce:
                Route(ref message, answer);
                break;
            case QualityOfService.AtLeastOnce:
                // [MQTT-4.3.2-4] acknowledged when we have taken the message over
                long before = dispatcher.Additions;
                ReasonCode reason = RouteOrRefuse(ref message, client.IsMqtt5, answer);
                Reply.Acknowledge(
                    dispatcher,
                    client,
                    PacketType.Puback,
                    packet.PacketIdentifier,
                    reason,
                    dispatcher.PledgeSince(before));
                break;
            default:
                HandleExactlyOnce(client, packet.PacketIdentifier, packet.Duplicate, ref message, answer);
                break;
        }
    }

    private void HandleExactlyOnce(
        Client client, ushort packetIdentifier, bool isDuplicate, ref Message message, ReasonCode? answer)
    {
        Session session = client.Session!;
        PacketIdentifierSet received = session.Received ??= new PacketIdentifierSet();
        if (received.Contains(packetIdentifier))
        {
            // [MQTT-4.3.3-10] [MQTT3-4.3.3-2] already passed on
            AcknowledgeAgain(client, session, packetIdentifier);
            return;
        }

        if (client.IsMqtt5 && client.Unreleased >= client.ReceiveMaximum(dispatcher.Options))
        {
            dispatcher.Packets.Reject(client, ReasonCode.ReceiveMaximumExceeded); // [MQTT-3.3.4-7]
            return;
        }

        long before = dispatcher.Additions;
        long elsewhere = dispatcher.Journal?.Elsewhere.Count ?? 0;
        message.Exchange = session.Durable is { } publisher
            ? publisher.Journal.Exchanges.Begin(publisher, packetIdentifier, isDuplicate)
            : default;

        ReasonCode reason = RouteOrRefuse(ref message, client.IsMqtt5, answer);
        long pledge = dispatcher.PledgeSince(before);

        // [MQTT-4.3.3-9] An error in PUBREC ends the exchange. 3.x has none: the exchange goes on, the message is gone.
        if (reason < ReasonCode.UnspecifiedError || !client.IsMqtt5)
        {
            received.Add(packetIdentifier);
            client.Unreleased++;
            if (session.Durable is { } durable)
            {
                bool isElsewhere = durable.Journal.Elsewhere.Count != elsewhere;
                pledge = durable.Journal.Exchanges.Receive(durable, message.Exchange, isElsewhere);
            }
        }

        Reply.Acknowledge(dispatcher, client, PacketType.Pubrec, packetIdentifier, reason, pledge);
    }

    // The first answer may be waiting for the disk still: so does this one.
    private void AcknowledgeAgain(Client client, Session session, ushort packetIdentifier)
    {
        long pledge = 0;
        if (session.Durable is { Journal: { Waits: true, HasUncommitted: true } journal } durable
            && !durable.IsReceiving(packetIdentifier, out pledge))
        {
            pledge = journal.Exchanges.Receive(durable, durable.NextExchange(packetIdentifier), isElsewhere: false);
        }

        Reply.Acknowledge(
            dispatcher, client, PacketType.Pubrec, packetIdentifier, ReasonCode.Success, pledge);
    }

    /// <summary>
    /// Like <see cref="Route(ref Message, ReasonCode?)"/>, of QoS 1 and 2. A disk that fails for long: who can be told
    /// so is (5.0), and others wait.
    /// </summary>
    public ReasonCode RouteOrRefuse(ref Message message, bool canBeTold, ReasonCode? answer)
    {
        if (dispatcher.Journal is not { IsRefusing: true } journal)
        {
            return Route(ref message, answer);
        }

        journal.MayRefuse = canBeTold;
        ReasonCode reason = Route(ref message, answer);
        bool isRefused = journal.HasRefused;
        journal.MayRefuse = false;
        journal.HasRefused = false;
        return isRefused ? ReasonCode.QuotaExceeded : reason;
    }

    // Checked once per new topic of a burst: the topic before was within the limit.
    private bool CheckTopic(Client client, ReadOnlySpan<byte> topic)
    {
        if (topic.SequenceEqual(KnownTopic))
        {
            return true;
        }

        if (TopicFilter.CountLevels(topic) > Limits.TopicLevelsMax)
        {
            dispatcher.Packets.Reject(client, ReasonCode.TopicNameInvalid);
            return false;
        }

        if (topic.Length > _knownTopic.Length)
        {
            _knownTopic = new byte[Math.Max(topic.Length, _knownTopic.Length * 2)];
        }

        topic.CopyTo(_knownTopic);
        _knownTopicBytes = topic.Length;
        return true;
    }
}

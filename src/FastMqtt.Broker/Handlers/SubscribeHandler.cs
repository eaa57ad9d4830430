// SUBSCRIBE: one answer per filter, in order, in one SUBACK; then the retained messages of each, paced by the socket.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal sealed class SubscribeHandler(Dispatcher dispatcher)
{
    private readonly byte[] _logText = new byte[LogText.TopicBytesMax];
    private byte[] _codes = new byte[64];
    private readonly MountedText _mounted = new();

    /// <returns>False when somebody must be asked first: the packet is handled again then.</returns>
    public bool Handle(Client client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        ReasonCode error = SubscribePacket.Read(header, body, client.Version, out SubscribePacket packet);
        if (error != ReasonCode.Success)
        {
            dispatcher.Packets.Reject(client, error);
            return true;
        }

        if (client.Session!.Access is { } access && MustAsk(client, access, in packet))
        {
            return false;
        }

        if (dispatcher.Hooks?.Subscribing is { } hooks && hooks.MustAsk(client) && AskHooks(hooks, client, in packet))
        {
            return false;
        }

        uint identifier = SubscribeProperties.From(packet.Properties).SubscriptionIdentifier;
        int count = 0;
        long before = dispatcher.Additions;
        var filters = new TopicFilterReader(packet.Payload);
        while (filters.TryRead(out ReadOnlySpan<byte> filter, out SubscriptionOptions options))
        {
            if (count == _codes.Length)
            {
                Array.Resize(ref _codes, count * 2);
            }

            ReasonCode code = Subscribe(
                client, in packet, count, filter, options.AtMost(client.MaximumQoS), identifier);
            if (code < ReasonCode.UnspecifiedError)
            {
                dispatcher.Shared.Log.Subscribed(client, filter, options.QoS, _logText);
            }

            if (code >= ReasonCode.UnspecifiedError && client.Version == ProtocolVersion.Mqtt31)
            {
                dispatcher.Packets.Reject(client, code); // 3.1 has no way to say "no" in a SUBACK
                return true;
            }

            // [MQTT3-3.9.3-2] 3.1.1 knows one failure
            bool failed311 = code >= ReasonCode.UnspecifiedError && !client.IsMqtt5;
            _codes[count++] = failed311 ? (byte)ReasonCode.UnspecifiedError : (byte)code;
        }

        // [MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-3.8.4-5] [MQTT-3.8.4-6]
        Reply.Suback(dispatcher, client, new SubackPacket
        {
            PacketIdentifier = packet.PacketIdentifier,
            ReasonCodes = _codes.AsSpan(0, count),
        }, dispatcher.PledgeSince(before));
        client.Session?.Access?.ForgetAnswers();
        client.Authentication?.Answer = null;
        return true;
    }

    /// <summary>What a filter counts as in the session's limit: its text and a tree node for each level.</summary>
    public static int CostOf(ReadOnlySpan<byte> topicFilter) =>
        topicFilter.Length + (TopicFilter.CountLevels(topicFilter) * Limits.FilterLevelBytes);

    private ReasonCode Subscribe(
        Client client,
        in SubscribePacket packet,
        int index,
        ReadOnlySpan<byte> filter,
        SubscriptionOptions options,
        uint identifier)
    {
        ReasonCode error = Resolve(
            client, filter, out ReadOnlySpan<byte> shareName, out ReadOnlySpan<byte> topicFilter);
        if (error != ReasonCode.Success)
        {
            return error;
        }

        bool shared = !shareName.IsEmpty;
        Session session = client.Session!;
        if (session.Access is { } access && !MaySubscribe(access, topicFilter))
        {
            error = ReasonCode.NotAuthorized;
        }
        else if (dispatcher.Hooks?.Subscribing is { } hooks)
        {
            error = hooks.Decide(client, index, shareName, topicFilter, packet.Properties, ref options);
        }

        if (error != ReasonCode.Success)
        {
            dispatcher.Metrics.DeniedSubscribe++;
            dispatcher.Shared.Log.Denied(dispatcher, client, AccessKind.Subscribe, topicFilter);

            // 3.1 cannot be told in SUBACK: it gets what it asked for, and no messages, as with Mosquitto.
            return client.Version == ProtocolVersion.Mqtt31 ? (ReasonCode)(byte)options.QoS : error;
        }

        if (session.Durable is { Journal.IsRefusing: true })
        {
            return ReasonCode.QuotaExceeded; // it could not be kept
        }

        Subscription? existing = session.Subscriptions.Find(shareName, topicFilter);
        if (existing is not null)
        {
            // [MQTT-3.8.4-3] replaced in place: no message is lost or doubled
            existing.Choose(options, identifier);
        }
        else if (session.Subscriptions.Count >= dispatcher.Options.MaximumSubscriptions
            || session.FilterBytes + CostOf(topicFilter) > Limits.FilterBytesPerSession)
        {
            return ReasonCode.QuotaExceeded;
        }
        else if (shared && !dispatcher.Shared.Subscriptions.HasRoomForGroup(shareName, topicFilter))
        {
            return ReasonCode.QuotaExceeded;
        }

        Subscription subscription = existing ?? Add(session, shareName, topicFilter, options, identifier);
        session.Durable?.Journal.Rows.PutSubscription(session.Durable, subscription);
        bool sendRetained = options.RetainHandling == RetainHandling.SendAtSubscribe
            || (options.RetainHandling == RetainHandling.SendAtSubscribeIfNew && existing is null);
        if (sendRetained && !shared) // never for shared subscriptions
        {
            OweRetained(session, subscription, topicFilter);
        }

        return (ReasonCode)(byte)options.QoS;
    }

    // What a filter of the packet means here: without the share name, below the listener's mount point.
    private ReasonCode Resolve(
        Client client, ReadOnlySpan<byte> filter, out ReadOnlySpan<byte> shareName, out ReadOnlySpan<byte> topicFilter)
    {
        shareName = default;
        topicFilter = filter;
        if (TopicFilter.IsShared(filter) && !TopicFilter.TryParseShared(filter, out shareName, out topicFilter))
        {
            return ReasonCode.TopicFilterInvalid; // [MQTT-4.8.2-1] [MQTT-4.8.2-2]
        }

        if (!TopicFilter.IsValid(topicFilter) || TopicFilter.CountLevels(topicFilter) > Limits.TopicLevelsMax)
        {
            return ReasonCode.TopicFilterInvalid; // [MQTT-4.7.1-1] [MQTT-4.7.1-2]
        }

        return client.MountPoint is not { } mountPoint || _mounted.TryMount(mountPoint, topicFilter, out topicFilter)
            ? ReasonCode.Success
            : ReasonCode.TopicFilterInvalid;
    }

    private bool MaySubscribe(SessionAccess access, ReadOnlySpan<byte> topicFilter) =>
        access.Check(AccessKind.Subscribe, topicFilter, 0, dispatcher.Now) == AccessVerdict.Allowed;

    // Whether the rules must ask about any of the filters; if so that has begun.
    private bool MustAsk(Client client, SessionAccess access, in SubscribePacket packet)
    {
        List<byte[]>? unknown = null;
        var filters = new TopicFilterReader(packet.Payload);
        while (filters.TryRead(out ReadOnlySpan<byte> filter, out _))
        {
            if (Resolve(client, filter, out _, out ReadOnlySpan<byte> topicFilter) != ReasonCode.Success)
            {
                continue; // refused for what it is
            }

            if (access.Check(AccessKind.Subscribe, topicFilter, 0, dispatcher.Now) == AccessVerdict.Ask)
            {
                (unknown ??= []).Add(topicFilter.ToArray());
            }
        }

        if (unknown is null)
        {
            return false;
        }

        new VerdictTask(dispatcher, client, access, AccessKind.Subscribe, [.. unknown]).Start();
        return true;
    }

    // Whether hooks are asked off the dispatcher, about the filters that rules allow.
    private bool AskHooks(SubscribingCalls hooks, Client client, in SubscribePacket packet)
    {
        SubscribeRequest request = hooks.Begin(client, in packet);
        var filters = new TopicFilterReader(packet.Payload);
        for (int i = 0; filters.TryRead(out ReadOnlySpan<byte> filter, out SubscriptionOptions options); i++)
        {
            if (Resolve(client, filter, out ReadOnlySpan<byte> shareName, out ReadOnlySpan<byte> topicFilter)
                    == ReasonCode.Success
                && (client.Session!.Access is not { } access || MaySubscribe(access, topicFilter)))
            {
                hooks.Add(request, client, i, shareName, topicFilter, options.AtMost(client.MaximumQoS));
            }
        }

        return hooks.TryAsk(client, request);
    }

    // [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11] [MQTT-3.8.4-4]
    private void OweRetained(Session session, Subscription subscription, ReadOnlySpan<byte> topicFilter)
    {
        if (dispatcher.Shared.Retained.MayMatch(topicFilter))
        {
            session.Retained ??= new RetainedBacklog();
            session.Retained.Set(subscription, dispatcher.Shared.Retained.Open(topicFilter));
        }
        else
        {
            session.ForgetRetained(subscription); // what was retained when it subscribed before is gone
        }
    }

    private Subscription Add(
        Session session,
        ReadOnlySpan<byte> shareName,
        ReadOnlySpan<byte> topicFilter,
        SubscriptionOptions options,
        uint identifier)
    {
        Subscription added = dispatcher.Shared.Subscriptions.Add(session, shareName, topicFilter, options, identifier);
        session.Subscriptions.Add(added);
        session.FilterBytes += CostOf(topicFilter);
        return added;
    }
}

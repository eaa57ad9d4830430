// SUBSCRIBE: one answer per filter, in order, in one SUBACK; then the retained messages of each, paced by the socket.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal sealed class SubscribeHandler(Dispatcher dispatcher)
{
    private readonly byte[] _logText = new byte[LogText.TopicBytesMax];
    private byte[] _codes = new byte[64];

    public void Handle(Client client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        ReasonCode error = SubscribePacket.Read(header, body, client.Version, out SubscribePacket packet);
        if (error != ReasonCode.Success)
        {
            dispatcher.Packets.Reject(client, error);
            return;
        }

        uint identifier = SubscribeProperties.From(packet.Properties).SubscriptionIdentifier;
        int count = 0;
        var filters = new TopicFilterReader(packet.Payload);
        while (filters.TryRead(out ReadOnlySpan<byte> filter, out SubscriptionOptions options))
        {
            if (count == _codes.Length)
            {
                Array.Resize(ref _codes, count * 2);
            }

            ReasonCode code = Subscribe(client, filter, options, identifier);
            if (code < ReasonCode.UnspecifiedError)
            {
                dispatcher.Shared.Log.Subscribed(client, filter, options.QoS, _logText);
            }

            if (code >= ReasonCode.UnspecifiedError && client.Version == ProtocolVersion.Mqtt31)
            {
                dispatcher.Packets.Reject(client, code); // 3.1 has no way to say "no" in a SUBACK
                return;
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
        });
    }

    /// <summary>What a filter counts as in the session's limit: its text and a tree node for each level.</summary>
    public static int CostOf(ReadOnlySpan<byte> topicFilter) =>
        topicFilter.Length + (TopicFilter.CountLevels(topicFilter) * Limits.FilterLevelBytes);

    private ReasonCode Subscribe(Client client, ReadOnlySpan<byte> filter, SubscriptionOptions options, uint identifier)
    {
        ReadOnlySpan<byte> shareName = default;
        ReadOnlySpan<byte> topicFilter = filter;
        bool shared = TopicFilter.IsShared(filter);
        if (shared && !TopicFilter.TryParseShared(filter, out shareName, out topicFilter))
        {
            return ReasonCode.TopicFilterInvalid; // [MQTT-4.8.2-1] [MQTT-4.8.2-2]
        }

        if (!TopicFilter.IsValid(topicFilter) || TopicFilter.CountLevels(topicFilter) > Limits.TopicLevelsMax)
        {
            return ReasonCode.TopicFilterInvalid; // [MQTT-4.7.1-1] [MQTT-4.7.1-2]
        }

        Session session = client.Session!;
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
        bool sendRetained = options.RetainHandling == RetainHandling.SendAtSubscribe
            || (options.RetainHandling == RetainHandling.SendAtSubscribeIfNew && existing is null);
        if (sendRetained && !shared) // never for shared subscriptions
        {
            OweRetained(session, subscription, topicFilter);
        }

        return (ReasonCode)(byte)options.QoS;
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

// UNSUBSCRIBE: each filter is removed if it is there, character by character the same; one UNSUBACK.
// Messages already in the window or the queue are still delivered. [MQTT-3.10.4-3]

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal sealed class UnsubscribeHandler(Dispatcher dispatcher)
{
    private readonly byte[] _logText = new byte[LogText.TopicBytesMax];
    private byte[] _codes = new byte[64];
    private readonly MountedText _mounted = new();

    public void Handle(Client client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        ReasonCode error = UnsubscribePacket.Read(header, body, client.Version, out UnsubscribePacket packet);
        if (error != ReasonCode.Success)
        {
            dispatcher.Packets.Reject(client, error);
            return;
        }

        int count = 0;
        long before = dispatcher.Additions;
        var filters = new TopicFilterReader(packet.Payload);
        while (filters.TryRead(out ReadOnlySpan<byte> filter))
        {
            if (count == _codes.Length)
            {
                Array.Resize(ref _codes, count * 2);
            }

            dispatcher.Shared.Log.Unsubscribed(client, filter, _logText);
            _codes[count++] = (byte)Unsubscribe(client, filter);
        }

        // [MQTT-3.10.4-4] [MQTT-3.10.4-5] also when nothing matched; [MQTT-3.11.3-1] one code per filter, in order
        Reply.Unsuback(dispatcher, client, new UnsubackPacket
        {
            PacketIdentifier = packet.PacketIdentifier,
            ReasonCodes = _codes.AsSpan(0, count),
        }, dispatcher.PledgeSince(before));
    }

    private ReasonCode Unsubscribe(Client client, ReadOnlySpan<byte> filter)
    {
        Session session = client.Session!;
        ReadOnlySpan<byte> shareName = default;
        ReadOnlySpan<byte> topicFilter = filter;
        bool valid = !TopicFilter.IsShared(filter)
            || TopicFilter.TryParseShared(filter, out shareName, out topicFilter);
        if (client.MountPoint is { } mountPoint)
        {
            valid &= _mounted.TryMount(mountPoint, topicFilter, out topicFilter);
        }

        if (!valid || session.Subscriptions.Find(shareName, topicFilter) is not { } subscription)
        {
            return ReasonCode.NoSubscriptionExisted;
        }

        session.Durable?.Journal.Rows.DeleteSubscription(session.Durable, subscription);
        session.FilterBytes -= SubscribeHandler.CostOf(topicFilter);
        session.Subscriptions.Remove(subscription); // [MQTT-3.10.4-1]
        dispatcher.Shared.Subscriptions.Remove(subscription); // [MQTT-3.10.4-2]
        session.ForgetRetained(subscription);
        dispatcher.Hooks?.Unsubscribed(client, topicFilter, shareName);
        return ReasonCode.Success;
    }
}

// Messages that a receiver does not get: each is counted by its reason and told to whoever wants to know. Called by
// whoever drops one. One per dispatcher.

using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Drops(Dispatcher dispatcher)
{
    /// <summary>One message.</summary>
    public void Add(DropReason reason, Session session, in Message message) =>
        Add(reason, session, message.Topic, message.Payload.Length);

    /// <summary>One message, or several of one topic.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="session">Who does not get it.</param>
    /// <param name="topic">Their topic.</param>
    /// <param name="payloadBytes">Of all of them.</param>
    /// <param name="count">How many.</param>
    public void Add(DropReason reason, Session session, ReadOnlySpan<byte> topic, int payloadBytes, int count = 1)
    {
        Counter(reason) += count;
        dispatcher.Hooks?.Dropped(reason, session, topic, payloadBytes, count);
    }

    private ref long Counter(DropReason reason)
    {
        Diagnostics.BrokerMetrics metrics = dispatcher.Metrics;
        switch (reason)
        {
            case DropReason.SlowReceiver:
                return ref metrics.DroppedSlow;
            case DropReason.QueueFull:
                return ref metrics.DroppedQueueFull;
            case DropReason.BufferFull:
                return ref metrics.DroppedInProcess;
            case DropReason.TooLarge:
                return ref metrics.DroppedTooLarge;
            case DropReason.Expired:
                return ref metrics.DroppedExpired;
            case DropReason.AccessDenied:
                return ref metrics.DeniedReceive;
            default:
                return ref metrics.SkippedByHook;
        }
    }
}

// What a walk brings to its receivers: a publication, or a burst of QoS 0 whose frames are a publication's payload.

namespace FastMqtt.Broker.Dispatch;

internal enum WalkItemKind : byte
{
    Message,
    BurstOfMqtt3,
    BurstOfMqtt5,
}

/// <param name="Publication">One reference is owned by the walk.</param>
/// <param name="Kind">What the publication's payload is.</param>
/// <param name="TopicHash">Of its topic: later messages of that topic wait.</param>
internal readonly record struct WalkItem(Publication Publication, WalkItemKind Kind, ulong TopicHash);

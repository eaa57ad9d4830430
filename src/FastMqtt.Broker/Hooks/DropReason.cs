// Why a receiver does not get a message: each has a counter in BrokerMetrics. Used by Drops.

namespace FastMqtt.Broker.Hooks;

/// <summary>Why a receiver does not get a message.</summary>
public enum DropReason
{
    /// <summary>QoS 0, and its connection does not take what is sent already.</summary>
    SlowReceiver,

    /// <summary>The queue of its session is full.</summary>
    QueueFull,

    /// <summary>
    /// The buffer of its in-process stream is full. Where the oldest message goes instead, the one that came is told
    /// of.
    /// </summary>
    BufferFull,

    /// <summary>The packet would be larger than its Maximum Packet Size.</summary>
    TooLarge,

    /// <summary>The Message Expiry Interval has passed while the message waited.</summary>
    Expired,

    /// <summary>Access rules do not let it have the message.</summary>
    AccessDenied,

    /// <summary>A hook has skipped it, or failed.</summary>
    SkippedByHook,
}

// What happens to messages for a reader that is too slow.

namespace FastMqtt.Broker.InProcess;

/// <summary>What happens to a message that finds the buffer of a MessageStream full.</summary>
public enum FullBufferPolicy
{
    /// <summary>The new message is dropped and counted: the buffer holds the oldest that were not read.</summary>
    DropNewest,

    /// <summary>The oldest message in the buffer is dropped and counted: what is in the buffer is the newest.</summary>
    DropOldest,

    /// <summary>
    /// QoS 1 and 2 messages wait in the broker, as for a client that does not read, within MaximumQueuedMessages and
    /// MaximumQueuedBytes of the broker's options; QoS 0 messages are dropped and counted.
    /// </summary>
    Wait,
}

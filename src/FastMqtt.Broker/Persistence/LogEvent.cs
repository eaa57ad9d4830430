// What happens to a session besides getting messages, as the log tells it (docs/STORE.md).

namespace FastMqtt.Broker.Persistence;

internal enum LogEvent : byte
{
    /// <summary>A message left the queue for the window: sequence, Packet Identifier.</summary>
    Sent = 1,

    /// <summary>A message is over: acknowledged, expired, refused, passed on. Sequence.</summary>
    Done = 2,

    /// <summary>PUBREC was received: the message is the client's, PUBREL follows. Sequence.</summary>
    Released = 3,

    /// <summary>A QoS 2 message was received and passed on: exchange.</summary>
    Received = 4,

    /// <summary>It was released: Packet Identifier.</summary>
    Unreceived = 5,

    /// <summary>The session has a QoS 2 message that is not received yet: exchange, publisher.</summary>
    HalfDelivered = 6,

    /// <summary>The same through a shared subscription: share name and filter follow.</summary>
    HalfShared = 7,
}

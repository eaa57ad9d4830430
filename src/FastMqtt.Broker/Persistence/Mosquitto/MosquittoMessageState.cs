// How far a message in a client's queues has come.

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal enum MosquittoMessageState : byte
{
    /// <summary>
    /// Out: not sent yet. In: received, but the client has no PUBREC, so it sends it again: safe to forget.
    /// </summary>
    Queued,

    /// <summary>Out: sent, waiting for PUBACK (QoS 1) or PUBREC (QoS 2).</summary>
    Published,

    /// <summary>Out, QoS 2: waiting for PUBCOMP; the message itself is not needed any more.</summary>
    Released,

    /// <summary>
    /// In, QoS 2: waiting for PUBREL. Mosquitto gives a message to its subscribers when PUBREL comes: none of them
    /// has this one yet, and its sender will not send it again.
    /// </summary>
    Received,
}

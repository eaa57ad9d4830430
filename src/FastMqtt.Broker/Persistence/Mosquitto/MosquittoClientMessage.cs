// One entry in a client's queues: which message, and how far it has come.

namespace FastMqtt.Broker.Persistence.Mosquitto;

/// <summary>One entry in a client's queues.</summary>
internal sealed class MosquittoClientMessage
{
    /// <summary>UTF-8, not empty. Entries of one client that follow each other share the array.</summary>
    public required byte[] ClientId { get; init; }

    /// <summary>Of a message in <see cref="MosquittoDatabase.Messages"/>, or of none.</summary>
    public ulong StoreId { get; init; }

    public MosquittoDirection Direction { get; init; }

    public MosquittoMessageState State { get; init; }

    /// <summary>
    /// Not 0 unless <see cref="State"/> is <see cref="MosquittoMessageState.Queued"/>, where it is of no use: it has
    /// not been on the wire yet.
    /// </summary>
    public ushort PacketIdentifier { get; init; }

    /// <summary>QoS of this delivery, at most 2. Queued messages may have QoS 0.</summary>
    public byte QoS { get; init; }

    /// <summary>RETAIN of this delivery.</summary>
    public bool Retain { get; init; }

    /// <summary>Whether it was sent at least once, so that the next time is a repetition.</summary>
    public bool Dup { get; init; }

    /// <summary>Subscription Identifiers of this delivery, none of them 0.</summary>
    public required uint[] SubscriptionIdentifiers { get; init; }
}

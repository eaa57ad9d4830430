// What the journal knows of a session that outlives its connection. Made when such a client connects, or at recovery;
// null in every other session, which pays one comparison for it. Owned by the session's dispatcher.

using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Persistence;

internal sealed class DurableSession(Session session, Journal journal, long id)
{
    private AcknowledgementClock _clock;

    public Session Session { get; } = session;

    public Journal Journal { get; } = journal;

    /// <summary>Its row in the store.</summary>
    public long Id { get; } = id;

    /// <summary>
    /// It was imported, and no client has come for it: the first one gets it, whatever its user name.
    /// </summary>
    public bool HasAnyOwner { get; set; }

    /// <summary>Sequence number of the last message it was given.</summary>
    public long LastSequence { get; set; }

    /// <summary>How fast its client acknowledges.</summary>
    public ref AcknowledgementClock Clock => ref _clock;

    /// <summary>First batch that its state in the store does not contain; 0: it contains all.</summary>
    public long DirtySince { get; set; }

    /// <summary>It waits for a commit before it may send.</summary>
    public bool IsWaitingForCommit { get; set; }

    /// <summary>Its state is written with one of the next batches.</summary>
    public bool IsSaveAsked { get; set; }

    /// <summary>The session is over, its rows are deleted.</summary>
    public bool IsEnded { get; set; }

    /// <summary>When its client left, in milliseconds since 1970; 0: it is connected.</summary>
    public long DisconnectedAt { get; set; }

    /// <summary>Segments whose messages are in memory again, and that are deleted with the next state.</summary>
    public List<QueueSegment> Spent { get; } = [];

    /// <summary>Segments that were packed since its state was written last; null: none.</summary>
    public List<QueueSegment>? Packed { get; set; }

    /// <summary>
    /// Packet Identifiers of QoS 2 messages whose receivers are served by several transactions, and what their PUBREC
    /// waits for; null: none ever.
    /// </summary>
    public Dictionary<ushort, (Exchange Exchange, long Pledge)>? Receiving { get; set; }

    /// <summary>QoS 2 messages its client has published.</summary>
    public long Exchanges { get; set; }

    public Exchange NextExchange(ushort packetIdentifier) => Exchange.Of(Id, ++Exchanges, packetIdentifier);

    /// <summary>Whether the identifier is not stored yet, and what its PUBREC waits for.</summary>
    public bool IsReceiving(ushort packetIdentifier, out long pledge)
    {
        pledge = 0;
        if (Receiving?.TryGetValue(packetIdentifier, out (Exchange Exchange, long Pledge) found) == true)
        {
            pledge = found.Pledge;
        }

        return pledge != 0;
    }

    /// <summary>
    /// Messages given to sessions of other dispatchers that do not have them on the disk yet: part of the state still.
    /// Null: none.
    /// </summary>
    public Dictionary<long, QueuedMessage>? Leaving { get; set; }

    /// <summary>Messages of segments that were taken out of their order; null: none.</summary>
    public HashSet<long>? Holes { get; set; }
}

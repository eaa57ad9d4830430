// A message for one session in the open batch of a journal.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Persistence;

internal struct JournalEntry
{
    /// <summary>Owns one reference; null: acknowledged before it was written, or not worth writing any more.</summary>
    public Publication? Publication;
    public DurableSession Session;
    public Delivery Delivery;
    public long Sequence;
    public long Pledge;

    public MessageOrigin Origin;

    /// <summary>0: it waits in the queue.</summary>
    public ushort PacketIdentifier;
}

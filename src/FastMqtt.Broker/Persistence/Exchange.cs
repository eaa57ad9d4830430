// One QoS 2 message on its way from a publisher whose session is stored: whose, how many it were before, and its Packet
// Identifier. Identifiers come back, exchanges do not: a start can tell what is about this message from what was about
// the one before it.

namespace FastMqtt.Broker.Persistence;

/// <param name="Session">Row of the publisher's session; 0: it is none.</param>
/// <param name="Value">The number above the sixteen bits of the identifier.</param>
internal readonly record struct Exchange(long Session, long Value)
{
    private const int IdentifierBits = 16;

    public static Exchange Of(long session, long number, ushort packetIdentifier) =>
        new(session, (number << IdentifierBits) | packetIdentifier);

    public bool IsNone => Session == 0;

    /// <summary>Counts a session's exchanges, from 1.</summary>
    public long Number => Value >> IdentifierBits;

    public ushort PacketIdentifier => (ushort)Value;
}

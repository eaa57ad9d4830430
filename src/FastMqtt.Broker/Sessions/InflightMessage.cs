// One entry of a session's in-flight window, addressed by its Packet Identifier.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Persistence;

namespace FastMqtt.Broker.Sessions;

internal enum InflightState : byte
{
    Free,

    /// <summary>PUBLISH sent; waits for PUBACK or PUBREC.</summary>
    Published,

    /// <summary>PUBREL sent; waits for PUBCOMP. The publication is released.</summary>
    Released,
}

internal struct InflightMessage
{
    public Publication? Publication;
    public Delivery Delivery;
    public StoredMessage Stored;
    public ushort Previous;
    public ushort Next;
    public InflightState State;

    /// <summary>
    /// Sent on the present connection, or about to be, so it counts against the client's Receive Maximum.
    /// </summary>
    public bool CountsAgainstWindow;

    /// <summary>Not sent on any connection: it waits for its commit.</summary>
    public bool IsFirst;
}

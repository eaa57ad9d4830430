// One entry of a session's in-flight window, addressed by its Packet Identifier.

using FastMqtt.Broker.Dispatch;

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
    public ushort Previous;
    public ushort Next;
    public InflightState State;

    /// <summary>Sent on the present connection, so it counts against the client's Receive Maximum.</summary>
    public bool CountsAgainstWindow;
}

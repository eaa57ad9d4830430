// Who ended a connection, as hooks are told.

namespace FastMqtt.Broker.Hooks;

/// <summary>Who ended a connection.</summary>
public enum DisconnectedBy
{
    /// <summary>The client has sent DISCONNECT.</summary>
    Client,

    /// <summary>
    /// The broker: a broken rule, a time-out, another connection of the same client, a host that wanted it, the end.
    /// </summary>
    Broker,

    /// <summary>The connection has ended without a word.</summary>
    Network,
}

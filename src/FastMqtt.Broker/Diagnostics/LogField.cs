// The facts of a line of the log that a machine reads by name.

namespace FastMqtt.Broker.Diagnostics;

/// <summary>A fact of a line of the log.</summary>
public enum LogField
{
    /// <summary>The Client Identifier.</summary>
    Client,

    /// <summary>Address and port the client connects from.</summary>
    Address,

    /// <summary>The listener it came in by.</summary>
    Listener,

    /// <summary>The user name.</summary>
    UserName,

    /// <summary>Topic Name or Topic Filter.</summary>
    Topic,

    /// <summary>Why, in words.</summary>
    Reason,

    /// <summary>Application data, where the operator asked for it.</summary>
    Payload,
}

// What hooks have said about a message.

namespace FastMqtt.Broker.Hooks;

internal enum PublishDecision : byte
{
    /// <summary>Nothing against it.</summary>
    None,

    /// <summary>It is allowed: asynchronous hooks are not asked.</summary>
    Allowed,

    Denied,

    /// <summary>Acknowledged as a success, and nobody gets it.</summary>
    Swallowed,
}

// Who an in-process client is, for access rules and No Local.

using FastMqtt.Broker.Access;

namespace FastMqtt.Broker.InProcess;

/// <summary>Who an in-process client is.</summary>
public sealed class InProcessClientOptions
{
    /// <summary>
    /// What access rules and No Local know it by. It names no session: a client on the network may have the same.
    /// </summary>
    public required string ClientId { get; init; }

    /// <summary>Its user name, and perhaps rules of its own.</summary>
    public ClientIdentity Identity { get; init; } = ClientIdentity.Anonymous;

    /// <summary>What it may do, unless its identity has rules; null: everything.</summary>
    public IAccessRules? AccessRules { get; init; }
}

// Who a client is, once it has been let in: what access rules know it by.

namespace FastMqtt.Broker.Access;

/// <summary>Who a client is: what access rules know it by.</summary>
public sealed class ClientIdentity
{
    /// <summary>A client that has not said who it is.</summary>
    public static ClientIdentity Anonymous { get; } = new();

    /// <summary>The user name; null: anonymous.</summary>
    public string? UserName { get; init; }

    /// <summary>When the client is disconnected because its credentials end; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Rules that came with the credentials instead of the listener's; null: no own.</summary>
    public IAccessRules? AccessRules { get; init; }

    /// <summary>The same under another name.</summary>
    internal ClientIdentity As(string? userName) =>
        new() { UserName = userName, ExpiresAt = ExpiresAt, AccessRules = AccessRules };
}

// An authenticator's answer.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.Access;

/// <summary>The answer: accepted with an identity, refused with a reason, or not its to decide.</summary>
public readonly record struct AuthenticationResult
{
    private AuthenticationResult(ReasonCode reason, ClientIdentity? identity, bool isDecided)
    {
        Reason = reason;
        Identity = identity;
        IsDecided = isDecided;
    }

    /// <summary>The authenticator knows nothing about this user: the next one decides; no next one refuses.</summary>
    public static AuthenticationResult Undecided => default;

    /// <summary>Whether this is an answer.</summary>
    public bool IsDecided { get; }

    /// <summary>Whether the client may come in.</summary>
    public bool IsAccepted => IsDecided && Reason == ReasonCode.Success;

    /// <summary>What a refused client is told.</summary>
    public ReasonCode Reason { get; }

    /// <summary>Who an accepted client is.</summary>
    public ClientIdentity? Identity { get; }

    /// <summary>The client may come in.</summary>
    public static AuthenticationResult Accept(ClientIdentity identity) => new(ReasonCode.Success, identity, true);

    /// <summary>The client is refused.</summary>
    public static AuthenticationResult Refuse(ReasonCode reason = ReasonCode.NotAuthorized) => new(reason, null, true);
}

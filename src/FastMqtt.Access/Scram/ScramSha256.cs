// SCRAM-SHA-256 (RFC 5802, RFC 7677) as a method of enhanced authentication: client and server prove to each other that
// they know the password, and neither sends it. Owns no users: they are the $scram-sha-256$ lines of a password file.

using FastMqtt.Broker.Access;

namespace FastMqtt.Access;

/// <summary>The authentication method SCRAM-SHA-256, for the users of a password file that have such a line.</summary>
/// <param name="users">The password file.</param>
public sealed class ScramSha256(PasswordFile users) : IEnhancedAuthenticator
{
    /// <inheritdoc/>
    public string Method => "SCRAM-SHA-256";

    /// <inheritdoc/>
    public IAuthenticationExchange Begin(AuthenticationRequest request) =>
        new ScramExchange(users, request.UserName, ScramExchange.NewNonce());
}

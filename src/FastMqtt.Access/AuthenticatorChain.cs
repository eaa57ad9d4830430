// Authenticators one after the other: the first that knows the user decides. Owns nothing.

using FastMqtt.Broker.Access;

namespace FastMqtt.Access;

/// <summary>Asks authenticators in turn; the first answer that is decided counts.</summary>
/// <param name="authenticators">Whom to ask, in this order.</param>
public sealed class AuthenticatorChain(params IAuthenticator[] authenticators) : IAuthenticator
{
    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, CancellationToken cancellation)
    {
        foreach (IAuthenticator authenticator in authenticators)
        {
            AuthenticationResult result = await authenticator.AuthenticateAsync(request, cancellation);
            if (result.IsDecided)
            {
                return result;
            }
        }

        return AuthenticationResult.Undecided;
    }
}

// Decides who a client is. The seam between the broker and whatever knows users: password files, tokens, services.

namespace FastMqtt.Broker.Access;

/// <summary>Decides who a client is by what its CONNECT says.</summary>
public interface IAuthenticator
{
    /// <summary>
    /// Never called on a dispatcher: may compute for long, and wait. Called for several clients at a time. An exception
    /// is logged and refuses the client.
    /// </summary>
    public ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, CancellationToken cancellation);
}

// Who may come in, written by a test as a function.

using System.Text;
using FastMqtt.Broker.Access;

namespace FastMqtt.Embedding.Tests.Harness;

internal sealed class Users(
    Func<AuthenticationRequest, CancellationToken, Task<AuthenticationResult>> decide) : IAuthenticator
{
    public Users(Func<AuthenticationRequest, AuthenticationResult> decide)
        : this((request, _) => Task.FromResult(decide(request)))
    {
    }

    public static AuthenticationResult Accepted(AuthenticationRequest request) =>
        AuthenticationResult.Accept(new ClientIdentity { UserName = request.UserName });

    public static string? PasswordOf(AuthenticationRequest request) =>
        request.Password is { } password ? Encoding.UTF8.GetString(password.Span) : null;

    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, CancellationToken cancellation) => await decide(request, cancellation);
}

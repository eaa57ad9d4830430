// An authenticator that a test answers when it likes.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Tests.Access;

internal sealed class FakeUsers : IAuthenticator
{
    /// <summary>Names to passwords.</summary>
    public Dictionary<string, string> Passwords { get; } = new() { ["ann"] = "secret", ["bob"] = "hidden" };

    /// <summary>Completed from the beginning, unless a test wants the answer to wait.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Waits { get; init; }

    public Exception? Fault { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public IAccessRules? AccessRules { get; init; }

    public List<AuthenticationRequest> Requests { get; } = [];

    public CancellationToken Cancellation { get; private set; }

    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, CancellationToken cancellation)
    {
        Requests.Add(request);
        Cancellation = cancellation;
        if (Waits)
        {
            await Gate.Task.WaitAsync(cancellation);
        }

        if (Fault is not null)
        {
            throw Fault;
        }

        if (request.UserName is not { } name || !Passwords.TryGetValue(name, out string? password))
        {
            return AuthenticationResult.Undecided;
        }

        return request.Password is { } given && Encoding.UTF8.GetString(given.Span) == password
            ? AuthenticationResult.Accept(new ClientIdentity
            {
                UserName = name,
                ExpiresAt = ExpiresAt,
                AccessRules = AccessRules,
            })
            : AuthenticationResult.Refuse(ReasonCode.BadUserNameOrPassword);
    }
}

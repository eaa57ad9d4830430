// Who is a client that sent a user name and password (or none)? Waits first when logins from its address have failed,
// then asks the listener's authenticator.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Access;

internal sealed class LoginTask(
    Dispatcher dispatcher,
    Client client,
    IAuthenticator authenticator,
    AuthenticationRequest request) : AccessTask(dispatcher, client)
{
    private readonly ListenerOptions _listener = client.Listener.Options;
    private AuthenticationResult _result;

    protected override async ValueTask WorkAsync(CancellationToken cancellation)
    {
        TimeSpan delay = Shared.FailedLogins.DelayOf(request.Address, Shared.Options.LoginDelay);
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, Shared.Time, cancellation).ConfigureAwait(false);
        }

        AuthenticationResult result =
            await authenticator.AuthenticateAsync(request, cancellation).ConfigureAwait(false);
        if (!result.IsDecided)
        {
            // Nobody knows the user. Who gave no name may be anybody, where that is allowed.
            result = request.UserName is null && _listener.AllowAnonymous
                ? AuthenticationResult.Accept(ClientIdentity.Anonymous)
                : AuthenticationResult.Refuse(
                    request.UserName is null ? ReasonCode.NotAuthorized : ReasonCode.BadUserNameOrPassword);
        }

        if (!result.IsAccepted && result.Reason is not (ReasonCode.ServerUnavailable or ReasonCode.ServerBusy))
        {
            Shared.FailedLogins.Add(request.Address);
        }

        _result = result;
    }

    protected override void Fail() => _result = AuthenticationResult.Refuse(ReasonCode.ServerUnavailable);

    protected override void OnAnswered(Dispatcher dispatcher)
    {
        Authentication authentication = Client.Authentication!;
        authentication.Identity = _result.Identity;
        authentication.Refusal = _result.IsAccepted ? ReasonCode.Success : _result.Reason;
    }
}

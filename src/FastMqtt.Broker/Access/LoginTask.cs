// Who is a client that sent a user name and password (or none)? Waits first when logins from its address have failed,
// then asks the listener's authenticator, and then whatever the rules must ask about its Will Message.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Access;

internal sealed class LoginTask(
    Dispatcher dispatcher,
    Client client,
    IAuthenticator authenticator,
    AuthenticationRequest request,
    byte[]? willTopic) : AccessTask(dispatcher, client)
{
    private readonly ListenerOptions _listener = client.Listener.Options;
    private AuthenticationResult _result;
    private AccessVerdict _will = AccessVerdict.Ask;

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
        else if (result.IsAccepted && willTopic is not null)
        {
            _will = await AskForWillAsync(result.Identity!, willTopic, cancellation).ConfigureAwait(false);
        }

        _result = result;
    }

    protected override void Fail() => _result = AuthenticationResult.Refuse(ReasonCode.ServerUnavailable);

    protected override void OnAnswered(Dispatcher dispatcher)
    {
        Authentication authentication = Client.Authentication!;
        authentication.Identity = _result.Identity;
        authentication.Refusal = _result.IsAccepted ? ReasonCode.Success : _result.Reason;
        authentication.WillVerdict = _will;
    }

    private async ValueTask<AccessVerdict> AskForWillAsync(
        ClientIdentity identity, byte[] topic, CancellationToken cancellation)
    {
        if ((identity.AccessRules ?? _listener.AccessRules) is not { } source)
        {
            return AccessVerdict.Allowed;
        }

        IClientRules rules = source.RulesFor(request.ClientId, identity);
        if (rules.Check(AccessKind.Publish, topic) != AccessVerdict.Ask)
        {
            return AccessVerdict.Ask; // they answer at once: they are asked when the will is published
        }

        TimedVerdict verdict = await rules.AskAsync(AccessKind.Publish, topic, cancellation).ConfigureAwait(false);
        return verdict.IsAllowed ? AccessVerdict.Allowed : AccessVerdict.Denied;
    }
}

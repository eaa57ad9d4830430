// The next step of an exchange of enhanced authentication: before CONNACK, or again on a connection that stands.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Access;

internal sealed class ExchangeTask(
    Dispatcher dispatcher, Client client, byte[] data, System.Net.IPAddress? address)
    : AccessTask(dispatcher, client)
{
    private AuthenticationStep _step;

    protected override async ValueTask WorkAsync(CancellationToken cancellation)
    {
        TimeSpan delay = Shared.FailedLogins.DelayOf(address, Shared.Options.LoginDelay);
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, Shared.Time, cancellation).ConfigureAwait(false);
        }

        AuthenticationStep step =
            await Client.Authentication!.Exchange!.StepAsync(data, cancellation).ConfigureAwait(false);
        if (step.Reason is >= ReasonCode.UnspecifiedError
            and not (ReasonCode.ServerUnavailable or ReasonCode.ServerBusy))
        {
            Shared.FailedLogins.Add(address);
        }

        _step = step;
    }

    protected override void Fail() => _step = new AuthenticationStep(ReasonCode.ServerUnavailable);

    protected override void OnAnswered(Dispatcher dispatcher) => dispatcher.Packets.Auth.OnStep(Client, _step);
}

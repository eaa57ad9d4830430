// The moment when a client's credentials end, as a timer of its dispatcher: the client is disconnected then.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Access;

internal sealed class IdentityDeadline(Client client, DateTimeOffset end) : Timed
{
    // An end that is years away is looked at again every day: no timer reaches that far.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public void Arm(Dispatcher dispatcher)
    {
        TimeSpan left = Left(dispatcher);
        dispatcher.Timers.Arm(this, dispatcher.Now + (long)(left < Longest ? left : Longest).TotalMilliseconds);
    }

    public override void OnDue(Dispatcher dispatcher)
    {
        if (Left(dispatcher) > TimeSpan.Zero)
        {
            Arm(dispatcher);
            return;
        }

        dispatcher.Packets.Disconnect(client, ReasonCode.NotAuthorized);
    }

    private TimeSpan Left(Dispatcher dispatcher)
    {
        TimeSpan left = end - dispatcher.Shared.Time.GetUtcNow();
        return left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;
    }
}

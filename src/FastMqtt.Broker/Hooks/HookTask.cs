// Asynchronous hooks are asked about a packet. Started by ConnectingCalls, PublishingCalls and SubscribingCalls; the
// answer lies in the client's Authentication until the packet is handled again.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Hooks;

internal sealed class HookTask<TRequest>(
    Dispatcher dispatcher, Client client, string name, AsyncHook<TRequest> hooks, TRequest request)
    : AccessTask(dispatcher, client)
    where TRequest : class, IDecidable
{
    private Exception? _failure;

    protected override async ValueTask WorkAsync(CancellationToken cancellation) =>
        _failure = await HookCalls.AskAsync(hooks, request, cancellation).ConfigureAwait(false);

    protected override void Fail() => request.Fail();

    protected override void OnAnswered(Dispatcher dispatcher)
    {
        if (_failure is { } failure)
        {
            dispatcher.Hooks!.Fail(name, failure);
        }

        Client.Authentication!.Answer = request;
        if (Client.State == ClientState.Authenticating)
        {
            dispatcher.Packets.Connect.HandleAgain(Client); // its CONNECT is kept, not unread
        }
        else
        {
            Client.HasUnhandled = true;
        }
    }
}

// Asynchronous hooks are asked about a Will Message. Owns the will's reference on its publication until they have
// answered. The client is gone and the session may be too.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Hooks;

internal sealed class WillHookTask(
    Dispatcher dispatcher, Session session, Publication will, AsyncHook<PublishRequest> hooks, PublishRequest request)
    : OffDispatcherTask(dispatcher)
{
    private Exception? _failure;

    public void Start() => Queue();

    public override void Run(Dispatcher dispatcher)
    {
        if (_failure is { } failure)
        {
            dispatcher.Hooks!.Fail(nameof(BrokerHooks.PublishingAsync), failure);
        }

        dispatcher.Lifecycle.PublishWill(session, will, isAllowed: true, request);
    }

    protected override async ValueTask WorkAsync(CancellationToken cancellation) =>
        _failure = await HookCalls.AskAsync(hooks, request, cancellation).ConfigureAwait(false);

    protected override void Fail() => ((IDecidable)request).Fail();
}

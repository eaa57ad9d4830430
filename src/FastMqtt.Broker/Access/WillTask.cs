// A Will Message that is due, while the rules of its session must ask somebody whether it may be published. Owns the
// will's reference on its publication until the answer has come. The client is gone and the session may be too.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Access;

internal sealed class WillTask(Dispatcher dispatcher, Session session, Publication will)
    : OffDispatcherTask(dispatcher)
{
    private readonly SessionAccess _access = session.Access!;
    private readonly byte[] _topic = will.Topic.ToArray();
    private TimedVerdict _verdict;

    public void Start() => Queue();

    public override void Run(Dispatcher dispatcher) =>
        dispatcher.Lifecycle.PublishWill(session, will, _verdict.IsAllowed);

    protected override async ValueTask WorkAsync(CancellationToken cancellation) =>
        _verdict = await _access.AskAsync(AccessKind.Publish, _topic, cancellation).ConfigureAwait(false);

    protected override void Fail()
    {
        // An empty verdict is a no.
    }
}

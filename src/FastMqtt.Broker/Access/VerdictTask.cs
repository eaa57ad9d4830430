// May a client publish or subscribe there? Asked when the rules cannot say at once. The packet that wants it is handled
// again when all answers are there. A question that fails is a no.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Access;

internal sealed class VerdictTask(
    Dispatcher dispatcher, Client client, SessionAccess access, AccessKind kind, byte[][] topics)
    : AccessTask(dispatcher, client)
{
    private readonly TimedVerdict[] _verdicts = new TimedVerdict[topics.Length];

    protected override async ValueTask WorkAsync(CancellationToken cancellation)
    {
        for (int i = 0; i < topics.Length; i++)
        {
            _verdicts[i] = await access.AskAsync(kind, topics[i], cancellation).ConfigureAwait(false);
        }
    }

    protected override void Fail()
    {
        // What was not answered is denied: that is what an empty verdict says.
    }

    protected override void OnAnswered(Dispatcher dispatcher)
    {
        Client.HasUnhandled = true;
        for (int i = 0; i < topics.Length; i++)
        {
            ulong hash = dispatcher.Shared.Subscriptions.Hasher.Hash(topics[i]);
            access.Answer(kind, topics[i], hash, _verdicts[i], dispatcher.Now);
        }
    }
}

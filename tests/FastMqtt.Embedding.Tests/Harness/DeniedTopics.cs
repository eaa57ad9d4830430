// Access rules that allow everything but subscriptions to some Topic Filters.

using System.Text;
using FastMqtt.Broker.Access;

namespace FastMqtt.Embedding.Tests.Harness;

internal sealed class DeniedTopics(params string[] filters) : IAccessRules, IClientRules
{
    public int Generation => 0;

    public IClientRules RulesFor(string clientId, ClientIdentity identity) => this;

    public AccessVerdict Check(AccessKind kind, ReadOnlySpan<byte> topic) =>
        kind == AccessKind.Subscribe && filters.Contains(Encoding.UTF8.GetString(topic))
            ? AccessVerdict.Denied
            : AccessVerdict.Allowed;

    public ValueTask<TimedVerdict> AskAsync(AccessKind kind, ReadOnlyMemory<byte> topic, CancellationToken cancel) =>
        throw new NotSupportedException("Check knows every answer.");
}

// Several rules that all have to agree, for example a list and a service. Called on dispatchers for its generation and
// its checks; allocates when a client comes, never for a check.

using FastMqtt.Broker.Access;

namespace FastMqtt.Access;

/// <summary>Rules of which each has to allow what a client wants.</summary>
/// <param name="rules">The rules, cheapest first. At least one.</param>
public sealed class AccessRulesAll(params IAccessRules[] rules) : IAccessRules
{
    /// <inheritdoc/>
    public int Generation
    {
        get
        {
            int sum = 0;
            foreach (IAccessRules one in rules)
            {
                sum = unchecked(sum + one.Generation); // each only counts up, so the sum moves when any does
            }

            return sum;
        }
    }

    /// <inheritdoc/>
    public IClientRules RulesFor(string clientId, ClientIdentity identity)
    {
        var each = new IClientRules[rules.Length];
        for (int i = 0; i < each.Length; i++)
        {
            each[i] = rules[i].RulesFor(clientId, identity);
        }

        return new ClientRules(each);
    }

    private sealed class ClientRules(IClientRules[] each) : IClientRules
    {
        public AccessVerdict Check(AccessKind kind, ReadOnlySpan<byte> topic)
        {
            AccessVerdict all = each.Length == 0 ? AccessVerdict.Denied : AccessVerdict.Allowed;
            foreach (IClientRules one in each)
            {
                AccessVerdict verdict = one.Check(kind, topic);
                if (verdict == AccessVerdict.Denied)
                {
                    return verdict;
                }

                all = verdict == AccessVerdict.Ask ? verdict : all;
            }

            return all;
        }

        public async ValueTask<TimedVerdict> AskAsync(
            AccessKind kind, ReadOnlyMemory<byte> topic, CancellationToken cancel)
        {
            bool isAllowed = each.Length > 0;
            TimeSpan? holdsFor = null;
            for (int i = 0; i < each.Length && isAllowed; i++)
            {
                AccessVerdict known = each[i].Check(kind, topic.Span);
                if (known != AccessVerdict.Ask)
                {
                    isAllowed = known == AccessVerdict.Allowed;
                    continue;
                }

                TimedVerdict asked = await each[i].AskAsync(kind, topic, cancel);
                isAllowed = asked.IsAllowed;
                holdsFor = holdsFor < asked.HoldsFor ? holdsFor : asked.HoldsFor;
            }

            return new TimedVerdict(isAllowed, holdsFor ?? TimeSpan.Zero);
        }
    }
}

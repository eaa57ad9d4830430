// The rules that came with a token: its claims "publish" and "subscribe". A list grants what it names and nothing else;
// a list that is missing, when the other one is there, grants nothing. What may be subscribed to may be received.

using System.Text;
using System.Text.Json;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;

namespace FastMqtt.Access;

internal sealed class TokenRules : IAccessRules
{
    private const string PublishClaim = "publish";
    private const string SubscribeClaim = "subscribe";

    private readonly RuleTrie _rules = new();

    private TokenRules()
    {
    }

    // A token does not change.
    public int Generation => 0;

    // Null: the token has none, and the listener's rules apply.
    public static TokenRules? TryCreate(JsonElement claims)
    {
        bool hasPublish = claims.TryGetProperty(PublishClaim, out JsonElement publish);
        bool hasSubscribe = claims.TryGetProperty(SubscribeClaim, out JsonElement subscribe);
        if (!hasPublish && !hasSubscribe)
        {
            return null;
        }

        var rules = new TokenRules();
        rules.Add(publish, RuleKinds.Write);
        rules.Add(subscribe, RuleKinds.Read);
        return rules;
    }

    public static bool AreValid(JsonElement claims) => IsValid(claims, PublishClaim) && IsValid(claims, SubscribeClaim);

    public IClientRules RulesFor(string clientId, ClientIdentity identity) =>
        new ClientRules(_rules, new RuleSubject(clientId, identity.UserName));

    private static bool IsValid(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out JsonElement list))
        {
            return true;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (JsonElement filter in list.EnumerateArray())
        {
            if (filter.ValueKind != JsonValueKind.String
                || !TopicFilter.IsValid(Encoding.UTF8.GetBytes(filter.GetString()!)))
            {
                return false;
            }
        }

        return true;
    }

    private void Add(JsonElement list, RuleKinds kinds)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (JsonElement filter in list.EnumerateArray())
        {
            _rules.Add(Encoding.UTF8.GetBytes(filter.GetString()!), kinds, substitutes: true);
        }
    }

    private sealed class ClientRules(RuleTrie rules, RuleSubject subject) : IClientRules
    {
        public AccessVerdict Check(AccessKind kind, ReadOnlySpan<byte> topic)
        {
            RuleKinds wanted = kind == AccessKind.Publish ? RuleKinds.Write : RuleKinds.Read;
            return (rules.Match(topic, subject) & wanted) != 0 ? AccessVerdict.Allowed : AccessVerdict.Denied;
        }

        public ValueTask<TimedVerdict> AskAsync(
            AccessKind kind, ReadOnlyMemory<byte> topic, CancellationToken cancel) =>
            new(new TimedVerdict(Check(kind, topic.Span) == AccessVerdict.Allowed, TimeSpan.Zero));
    }
}

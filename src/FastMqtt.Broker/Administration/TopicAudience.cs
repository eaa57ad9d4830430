// Whether subscriptions match a topic: by the chains that the index finds for it, so a session with very many of them
// is not looked through. Used by one dispatcher at a time; found again at the beginning of each slice.

using System.Text;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Administration;

internal sealed class TopicAudience(string topic, SubscriptionIndex index)
{
    private readonly byte[] _topic = Encoding.UTF8.GetBytes(topic);
    private readonly MatchResult _result = new();

    private ReadOnlySpan<SubscriberChain> Chains => _result.Chains.AsSpan(0, _result.ChainCount);

    /// <summary>What matches from now on.</summary>
    public void Find() => index.Match(_topic, _result);

    public bool Has(Subscription subscription)
    {
        foreach (SubscriberChain chain in Chains)
        {
            if (ReferenceEquals(chain, subscription.Chain))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether any of the session's subscriptions matches. On its dispatcher.</summary>
    public bool Has(Session session)
    {
        foreach (SubscriberChain chain in Chains)
        {
            if (session.Subscriptions.Find(default, chain.Filter) is not null)
            {
                return true;
            }

            if (!session.Subscriptions.HasShared)
            {
                continue;
            }

            foreach (SharedGroup group in chain.Groups)
            {
                if (session.Subscriptions.Find(group.Name, chain.Filter) is not null)
                {
                    return true;
                }
            }
        }

        return false;
    }
}

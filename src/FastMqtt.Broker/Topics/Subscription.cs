// One session's subscription to one filter: what FanOut reads per delivery. 48 bytes. Made by SubscriptionIndex.Add on
// the owner's thread. Options and Identifier may be replaced by the owner when the client subscribes to the same
// filter again; a picker of a shared group on another thread sees the old or the new value of each.
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Topics;

internal sealed class Subscription
{
    // The chain, or the group that knows its chain: one field for both saves a word per subscription.
    private readonly object _home;

    public Subscription(
        Session session,
        SubscriberChain chain,
        SharedGroup? group,
        int dispatcher,
        SubscriptionOptions options,
        uint identifier)
    {
        Session = session;
        _home = group is null ? chain : group;
        Dispatcher = (byte)dispatcher;
        Options = options;
        Identifier = identifier;
    }

    public Session Session { get; }

    public SubscriberChain Chain => _home as SubscriberChain ?? ((SharedGroup)_home).Chain;

    public SharedGroup? Group => _home as SharedGroup;

    public SubscriptionOptions Options { get; set; }

    // Subscription Identifier; 0: none.
    public uint Identifier { get; set; }

    // It is in the index no more; a message on its way from another dispatcher may still name it. Owner's thread only.
    public bool IsRemoved { get; set; }

    // The dispatcher whose segment holds it: the session's at the time of Add.
    public byte Dispatcher { get; }

    // Where it lies in its segment or group, so that Remove is O(1). Written under the index lock.
    internal int Position { get; set; }

    public ReadOnlySpan<byte> ShareName => Group is { } group ? group.Name : default;

    public ReadOnlySpan<byte> Filter => Chain.Filter;
}

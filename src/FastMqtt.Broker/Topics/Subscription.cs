// One session's subscription to one filter: what FanOut reads per delivery. 40 bytes. Made by SubscriptionIndex.Add on
// the owner's thread.
//
// Two words of flags, by who writes them. What the client chose is written by the owner when it subscribes to the same
// filter again; a picker of a shared group on another thread sees the old or the new choice, never a mixture. Where it
// lies is written under the index lock.
using System.Diagnostics;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Topics;

internal sealed class Subscription
{
    // Choice: the Subscription Identifier (at most 268,435,455) and, above it, QoS, No Local and Retain As Published.
    private const int OptionsShift = 28;
    private const uint IdentifierMask = (1U << OptionsShift) - 1;
    private const byte OptionsMask = 0x0F;

    // Place: the position and 1, so that "in the chain" is 0; above it the dispatcher and whether it is removed.
    private const int DispatcherShift = 25;
    private const uint PositionMask = (1U << DispatcherShift) - 1;
    private const uint DispatcherMask = 0x3F;
    private const uint Removed = 1U << 31;

    // The chain, or the group that knows its chain: one field for both saves a word per subscription.
    private readonly object _home;
    private uint _choice;
    private uint _place;

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
        _place = (uint)dispatcher << DispatcherShift;
        Choose(options, identifier);
    }

    public Session Session { get; }

    public SubscriberChain Chain => _home as SubscriberChain ?? ((SharedGroup)_home).Chain;

    public SharedGroup? Group => _home as SharedGroup;

    // Without Retain Handling, which is over with the SUBSCRIBE.
    public SubscriptionOptions Options => new((byte)(Volatile.Read(ref _choice) >> OptionsShift));

    // Subscription Identifier; 0: none.
    public uint Identifier => Volatile.Read(ref _choice) & IdentifierMask;

    // It is in the index no more; a message on its way from another dispatcher may still name it. Owner's thread only.
    public bool IsRemoved => (_place & Removed) != 0;

    // The dispatcher whose segment holds it: the session's at the time of Add.
    public int Dispatcher => (int)((Volatile.Read(ref _place) >> DispatcherShift) & DispatcherMask);

    // Where it lies in its segment or group, so that Remove is O(1); -1: in the chain. Under the index lock.
    internal int Position
    {
        get => (int)(_place & PositionMask) - 1;
        set
        {
            Debug.Assert((uint)(value + 1) <= PositionMask, "a session is there once, and there are fewer sessions");
            Volatile.Write(ref _place, (_place & ~PositionMask) | (uint)(value + 1));
        }
    }

    public ReadOnlySpan<byte> ShareName => Group is { } group ? group.Name : default;

    public ReadOnlySpan<byte> Filter => Chain.Filter;

    // What the client chooses when it subscribes to the filter again. Owner's thread.
    public void Choose(SubscriptionOptions options, uint identifier)
    {
        Debug.Assert(identifier <= IdentifierMask, "the protocol's own limit");
        Volatile.Write(ref _choice, ((uint)(options.Value & OptionsMask) << OptionsShift) | identifier);
    }

    // Under the index lock.
    internal void MarkRemoved() => Volatile.Write(ref _place, _place | Removed);
}

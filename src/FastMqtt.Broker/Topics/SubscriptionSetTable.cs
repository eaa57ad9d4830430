// The subscriptions of a session that has more than one: open addressing with references only, 11 to 16 bytes each.
// Hashes are computed again when they are needed, which is on subscribe and unsubscribe. Up to four are simply looked
// through. Removal closes the gap, so there are no tombstones. Used by SubscriptionSet on the session's dispatcher.
using FastMqtt.Transport;

namespace FastMqtt.Broker.Topics;

internal sealed class SubscriptionSetTable
{
    private const int CapacityMin = 4;

    private static readonly TopicHasher Hasher = new(SystemRandom.NextUInt64());

    private Subscription?[] _slots = new Subscription?[CapacityMin];

    public int Count { get; private set; }

    public int SharedCount { get; private set; }

    public ulong Mark { get; set; }

    public ReadOnlySpan<Subscription?> Slots => _slots;

    public static bool IsNamed(
        Subscription subscription,
        ReadOnlySpan<byte> shareName,
        ReadOnlySpan<byte> filter) =>
        subscription.Filter.SequenceEqual(filter) && subscription.ShareName.SequenceEqual(shareName);

    // A subscription's place in the order of HashOrder, the same in every set. Never 0.
    public static ulong OrderOf(Subscription subscription) => HashOf(subscription.ShareName, subscription.Filter) | 1;

    public Subscription? Find(ReadOnlySpan<byte> shareName, ReadOnlySpan<byte> filter)
    {
        int i = Home(shareName, filter);
        for (int seen = 0; seen < _slots.Length && _slots[i] is { } found; seen++)
        {
            if (IsNamed(found, shareName, filter))
            {
                return found;
            }

            i = Next(i);
        }

        return null;
    }

    public void Add(Subscription subscription)
    {
        // Small tables may fill up: Find stops after one round.
        if (Count == _slots.Length || (Count >= CapacityMin && (Count + 1) * 4L > _slots.Length * 3L))
        {
            Rebuild(Count * 2);
        }

        Insert(subscription);
        Count++;
        SharedCount += subscription.Group is null ? 0 : 1;
    }

    public bool Remove(Subscription subscription)
    {
        int gap = Home(subscription.ShareName, subscription.Filter);
        int seen = 0;
        while (!ReferenceEquals(_slots[gap], subscription))
        {
            if (_slots[gap] is null || ++seen == _slots.Length)
            {
                return false;
            }

            gap = Next(gap);
        }

        CloseGap(gap);
        Count--;
        SharedCount -= subscription.Group is null ? 0 : 1;
        if (_slots.Length > CapacityMin && Count * 4 < _slots.Length)
        {
            Rebuild(Math.Max(CapacityMin, Count * 2));
        }

        return true;
    }

    private int Home(ReadOnlySpan<byte> shareName, ReadOnlySpan<byte> filter) =>
        HashOrder.Home(HashOf(shareName, filter), _slots.Length);

    private static ulong HashOf(ReadOnlySpan<byte> shareName, ReadOnlySpan<byte> filter) =>
        Hasher.Hash(filter) ^ (shareName.IsEmpty ? 0 : Hasher.Hash(shareName));

    private int Home(Subscription subscription) => Home(subscription.ShareName, subscription.Filter);

    private int Next(int i) => i + 1 == _slots.Length ? 0 : i + 1;

    private void Insert(Subscription subscription)
    {
        int i = Home(subscription);
        while (_slots[i] is not null)
        {
            i = Next(i);
        }

        _slots[i] = subscription;
    }

    // Moves back each follower that may lie at the gap: one whose home is not between the gap and itself.
    private void CloseGap(int gap)
    {
        _slots[gap] = null;
        for (int i = Next(gap); _slots[i] is { } follower; i = Next(i))
        {
            int home = Home(follower);
            bool staysReachable = gap < i ? home > gap && home <= i : home > gap || home <= i;
            if (!staysReachable)
            {
                _slots[gap] = follower;
                _slots[i] = null;
                gap = i;
            }
        }
    }

    private void Rebuild(int capacity)
    {
        Subscription?[] old = _slots;
        _slots = new Subscription?[capacity];
        foreach (Subscription? subscription in old)
        {
            if (subscription is not null)
            {
                Insert(subscription);
            }
        }
    }
}

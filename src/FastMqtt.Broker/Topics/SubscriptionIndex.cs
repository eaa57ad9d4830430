// From topics to subscribers, for all dispatchers. Owns the table of filters, the trie and the chains in them.
// Called by the subscribe and unsubscribe handlers and by session end (Add, Remove), by FanOut through MatchCache
// (Match).
//
// Writers: Add and Remove take the one lock; it is a leaf: nothing else is locked or called out to while it is held.
// They run on the thread of the session's dispatcher, because a chain's segment belongs to it.
// Readers: any thread, no lock, no interlocked operation. Publication: chain with its subscriber, then its place,
// then stamps and generation, each stored with release; all of it before Add returns, so before a SUBACK.
// Why no fence is missing: a publisher that was told of the SUBACK is ordered after it by the sockets' own locks; it
// reads the stamps with acquire before it matches. There is no store-then-load protocol between two threads anywhere
// in here.
using System.Diagnostics;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Topics;

internal sealed class SubscriptionIndex
{
    private readonly Lock _writing = new();
    private readonly int _dispatcherCount;
    private readonly WildcardTrie _trie;
    private uint _generation;
    private int _trieFilterCount;
    private int _subscriptionCount;

    public SubscriptionIndex(int dispatcherCount, ulong hashSeed, int shapesMax = FilterTable.ShapesMax)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dispatcherCount, 64);
        _dispatcherCount = dispatcherCount;
        Hasher = new TopicHasher(hashSeed);
        Stamps = new FilterStamps(Hasher);
        Filters = new FilterTable(Hasher, shapesMax);
        _trie = new WildcardTrie(Hasher);
    }

    // Changes whenever any filter comes or goes, not when a subscriber joins one. MatchCache uses the finer Stamps.
    public uint Generation => Volatile.Read(ref _generation);

    public TopicHasher Hasher { get; }

    public FilterStamps Stamps { get; }

    // Those that are found by hash; the others are in the trie.
    public FilterTable Filters { get; }

    public int FilterCount => Filters.Count + Volatile.Read(ref _trieFilterCount);

    public int SubscriptionCount => Volatile.Read(ref _subscriptionCount);

    public int TrieNodeCount => _trie.NodeCount;

    // The filter is valid and the session has no subscription to it under this share name. On the session's dispatcher.
    public Subscription Add(
        Session session,
        ReadOnlySpan<byte> shareName,
        ReadOnlySpan<byte> filter,
        SubscriptionOptions options,
        uint identifier)
    {
        int dispatcher = session.Dispatcher;
        Debug.Assert(dispatcher < _dispatcherCount, "a session's dispatcher exists");
        Debug.Assert(!filter.IsEmpty, "a Topic Filter has at least one byte");
        bool isWildcard = IsWildcard(filter);
        lock (_writing)
        {
            SubscriberChain? found = Find(filter, isWildcard);
            SubscriberChain chain = found ?? new SubscriberChain(filter);
            SharedGroup? group = null;
            bool hadGroups = chain.Groups.Length > 0;
            if (!shareName.IsEmpty)
            {
                group = chain.FindGroup(shareName);
                if (group is null)
                {
                    group = new SharedGroup(shareName, chain, _dispatcherCount);
                    chain.AddGroup(group);
                }
            }

            var subscription = new Subscription(session, chain, group, dispatcher, options, identifier);
            if (group is null)
            {
                chain.Add(subscription);
            }
            else
            {
                group.Add(subscription);
            }

            if (found is null)
            {
                Publish(chain);
            }

            if (found is null || hadGroups != (chain.Groups.Length > 0))
            {
                Invalidate(filter, isWildcard);
            }

            Volatile.Write(ref _subscriptionCount, _subscriptionCount + 1);
            return subscription;
        }
    }

    // Whether the filter takes a subscription under this share name: it has the group, or room for one more.
    public bool HasRoomForGroup(ReadOnlySpan<byte> shareName, ReadOnlySpan<byte> filter)
    {
        lock (_writing)
        {
            return Find(filter, IsWildcard(filter)) is not { } chain
                || chain.Groups.Length < Limits.SharedGroupsPerFilter
                || chain.FindGroup(shareName) is not null;
        }
    }

    // Once per subscription, on the dispatcher it was added on, and not while that dispatcher iterates the chain.
    public void Remove(Subscription subscription)
    {
        lock (_writing)
        {
            subscription.MarkRemoved();
            SubscriberChain chain = subscription.Chain;
            bool hadGroups = chain.Groups.Length > 0;
            if (subscription.Group is not { } group)
            {
                chain.Remove(subscription);
            }
            else
            {
                group.Remove(subscription);
                if (group.MemberCount == 0)
                {
                    chain.RemoveGroup(group);
                }
            }

            bool isWildcard = IsWildcard(chain.Filter);
            if (chain.IsEmpty)
            {
                Unpublish(chain);
            }

            if (chain.IsEmpty || hadGroups != (chain.Groups.Length > 0))
            {
                Invalidate(chain.Filter, isWildcard);
            }

            Volatile.Write(ref _subscriptionCount, _subscriptionCount - 1);
        }
    }

    // The session has connected or its connection is gone: shared groups prefer members that are there. On the
    // session's dispatcher.
    public void ChangeRanks(Session session)
    {
        if (!session.Subscriptions.HasShared)
        {
            return;
        }

        lock (_writing)
        {
            foreach (Subscription subscription in session.Subscriptions)
            {
                subscription.Group?.ChangeRank(subscription);
            }
        }
    }

    public void Match(ReadOnlySpan<byte> topic, MatchResult result) =>
        Match(topic, Hasher.Hash(topic), result);

    // The same for a caller that has the topic's hash already.
    public void Match(ReadOnlySpan<byte> topic, ulong hash, MatchResult result)
    {
        result.Clear();
        Filters.Match(topic, hash, result);
        MatchTrie(topic, result);
    }

    // Adds what is in the trie.
    public void MatchTrie(ReadOnlySpan<byte> topic, MatchResult result)
    {
        if (Volatile.Read(ref _trieFilterCount) > 0)
        {
            result.Scratch.Start();
            _trie.Match(topic, result.Scratch, result);
        }
    }

    // Every filter once, with the number of its subscriptions. Takes the lock for a moment at each segment of the
    // table; a filter that comes or goes meanwhile may be missing, and its number is one of the moment. Any thread.
    public IEnumerable<(byte[] Filter, int Subscriptions)> Walk()
    {
        uint suffix = 0;
        do
        {
            TopicTable table;
            lock (_writing)
            {
                table = Filters.Next(ref suffix);
            }

            foreach (TopicEntry chain in table.All())
            {
                yield return (chain.Name.ToArray(), ((SubscriberChain)chain).CountAll(_dispatcherCount));
            }
        }
        while (suffix != 0);

        foreach (SubscriberChain chain in _trie.All())
        {
            yield return (chain.Filter.ToArray(), chain.CountAll(_dispatcherCount));
        }
    }

    private static bool IsWildcard(ReadOnlySpan<byte> filter) => filter.ContainsAny((byte)'+', (byte)'#');

    // A filter stays where it was put: in the trie when there was no room for its shape, even if there is later.
    private SubscriberChain? Find(ReadOnlySpan<byte> filter, bool isWildcard) =>
        Filters.Find(filter) ?? (isWildcard && _trieFilterCount > 0 ? _trie.Find(filter) : null);

    private void Publish(SubscriberChain chain)
    {
        if (!Filters.TryAdd(chain))
        {
            _trie.Add(chain);
            Volatile.Write(ref _trieFilterCount, _trieFilterCount + 1);
        }
    }

    private void Unpublish(SubscriberChain chain)
    {
        if (!Filters.TryRemove(chain))
        {
            _trie.Remove(chain);
            Volatile.Write(ref _trieFilterCount, _trieFilterCount - 1);
        }
    }

    private void Invalidate(ReadOnlySpan<byte> filter, bool isWildcard)
    {
        if (isWildcard)
        {
            Stamps.ChangeWildcard(filter);
        }
        else
        {
            Stamps.ChangeExact(Hasher.Hash(filter));
        }

        Volatile.Write(ref _generation, _generation + 1);
    }
}
